import type { User } from 'latchkey'
import { createContext } from 'react-router'

export const userContext = createContext<User | null>(null)
