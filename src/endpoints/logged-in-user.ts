import type { Auth } from '../auth.ts'
import { UnavailableError } from '../errors.ts'
import type { User } from '../user/user-store.ts'
import { type Visit, reportMistake } from './visit.ts'

/** Whom a page can greet; `null` also while the database can't tell: a public page is shown all the same. */
export async function loggedInUser(auth: Auth, visit: Visit): Promise<User | null> {
  const token = auth.cookie.read(visit.request.headers)
  if (token === null) return null
  try {
    const user = (await auth.sessions.find(token, isNoUse))?.user ?? null
    return user?.active === true ? user : null
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error
    reportMistake(auth, visit, error)
    return null
  }
}

/** A page that greets serves nobody in particular. */
function isNoUse(): boolean {
  return false
}
