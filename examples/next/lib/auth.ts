import { createAuth } from 'latchkey'
import { createGetUser } from 'latchkey/adapters/next'
import { headers } from 'next/headers'

export const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })

export const getUser = createGetUser({ auth, headers })

export const behindProxy = process.env.TRUSTED_PROXIES !== undefined
