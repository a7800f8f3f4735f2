import { defineMiddleware } from 'astro:middleware'
import { createGuard, hostContext } from 'latchkey'
import { auth } from './lib/auth'

const guard = createGuard({ auth })

export const onRequest = defineMiddleware(({ request, url, clientAddress }, next) => {
  const isPrivate = /^\/(?:private|api)(?:\/|$)/.test(url.pathname)
  return isPrivate ? guard(request, hostContext(request, clientAddress), next) : next()
})
