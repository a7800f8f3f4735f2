import { register } from 'latchkey'
import { toRouteHandlers } from 'latchkey/adapters/next'
import { auth, behindProxy } from '../../lib/auth'

export const { GET, HEAD, POST, PUT, PATCH, DELETE } = toRouteHandlers(
  register({ auth, userDefaults: { active: true } }),
  { behindProxy },
)
