import { register } from 'latchkey'
import { auth, endpoint } from '../lib/auth'

export const ALL = endpoint(register({ auth, userDefaults: { active: true } }))
