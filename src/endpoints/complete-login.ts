import type { Auth } from '../auth.ts'
import { LoginFailedError } from '../errors.ts'
import type { Session } from '../session/session-store.ts'
import type { User } from '../user/user-store.ts'
import { type Visit, eventDetails } from './visit.ts'

/** How a user proved who they are. */
export type LoginMethod = 'password'

/** A session that has just begun, and the `Set-Cookie` values that its browser needs. */
export interface CompletedLogin {
  readonly session: Session
  readonly cookies: readonly string[]
}

/**
 * The one way from an endpoint to a session for someone who has none: whatever a login asks for beside its first proof is
 * asked for here.
 *
 * @param _methods - How the user has proved who they are. None asks for another proof.
 * @param admit - The app's say before the session starts; it refuses by what it throws.
 * @throws {LoginFailedError} When all sessions of the user were ended since the proof.
 */
export async function completeLogin(
  auth: Auth,
  user: User,
  _methods: readonly LoginMethod[],
  visit: Visit,
  admit: () => Promise<void>,
): Promise<CompletedLogin> {
  await admit()
  const started = await auth.sessions.start(user)
  if (started === null) throw new LoginFailedError()

  await auth.sessions.end(...auth.cookie.readAll(visit.request.headers))
  await auth.users.recordLogin(user.id)
  auth.report('login', { ...eventDetails(visit), userId: user.id, actor: user.id })
  const known = await auth.devices.makeKnown(user, await visit.device())
  return { session: started.session, cookies: [auth.cookie.serialize(started.token), ...known] }
}

/**
 * Begins the session of a logged-in user anew, after a change that has ended all of them; gives the `Set-Cookie` values
 * that its browser needs. Where they were ended once more meanwhile, the cookie is cleared.
 */
export async function beginAnew(auth: Auth, user: User): Promise<readonly string[]> {
  const started = await auth.sessions.start(user)
  return [auth.cookie.serialize(started?.token ?? null)]
}
