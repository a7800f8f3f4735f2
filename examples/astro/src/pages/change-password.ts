import { changePassword } from 'latchkey'
import { auth, endpoint } from '../lib/auth'

export const ALL = endpoint(changePassword({ auth }))
