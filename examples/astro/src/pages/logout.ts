import { sessionLogout } from 'latchkey'
import { auth, endpoint } from '../lib/auth'

export const ALL = endpoint(sessionLogout({ auth, redirectTo: '/login/' }))
