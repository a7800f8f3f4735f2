import type { Auth } from '../auth.ts'
import type { User } from '../user/user-store.ts'

/** What a request of a logged-in user carries: a `RequestInit`, or a part of one. */
export interface LoggedIn {
  readonly headers: { readonly cookie: string }
}

/**
 * Logs a user in without a password, for tests of an app's own handlers. An inactive user gets a session as well:
 * guards refuse it.
 *
 * @param user - One that `auth` knows, as `auth.users.create()` gives it.
 * @throws {Error} When `auth` doesn't know the user.
 *
 * @example
 * const ann = await auth.users.create({ username: 'ann', password: 'correct horse' })
 * const response = await app.request('/private/', await loginAs(auth, ann))
 */
export async function loginAs(auth: Auth, user: User): Promise<LoggedIn> {
  // Read again: since the test got hold of it, all its sessions may have been ended.
  const known = await auth.users.findById(user.id)
  const started = known && (await auth.sessions.start(known))
  if (started === null) throw new Error(`loginAs needs a user that auth knows: create "${user.username}" first.`)
  return { headers: { cookie: `${auth.cookie.name}=${started.token}` } }
}
