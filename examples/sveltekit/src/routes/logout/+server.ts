import { sessionLogout } from 'latchkey'
import { auth, endpoint } from '#lib/server/auth.ts'

export const trailingSlash = 'always'
export const fallback = endpoint(sessionLogout({ auth, redirectTo: '/login/' }))
