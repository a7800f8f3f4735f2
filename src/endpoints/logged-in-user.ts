import type { Auth } from '../auth.ts'
import { UnavailableError } from '../errors.ts'
import type { User } from '../user/user-store.ts'
import type { Visit } from './visit.ts'

/** Whom a page can greet; `null` also while the database can't tell: a public page is shown all the same. */
export async function loggedInUser(auth: Auth, { request }: Visit): Promise<User | null> {
  const token = auth.cookie.read(request.headers)
  if (token === null) return null
  try {
    const user = (await auth.sessions.find(token))?.user ?? null
    return user?.active === true ? user : null
  } catch (error) {
    if (error instanceof UnavailableError) return null
    throw error
  }
}
