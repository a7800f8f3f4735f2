import { sessionLogin } from 'latchkey'
import { auth, endpoint } from '../lib/auth'

export const ALL = endpoint(sessionLogin({ auth, redirectTo: '/private/' }))
