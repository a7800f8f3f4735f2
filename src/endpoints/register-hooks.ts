import type { User } from '../user/user-store.ts'
import type { Hook } from './hooks.ts'

/** What a hook around a registration is told. Never a password. */
export interface RegisterHookContext {
  /** As it was typed. */
  readonly username: string
  /** As it was typed. */
  readonly email: string
  /** The other text fields of the form, as they were typed. No field whose name has `password` in it. */
  readonly fields: ReadonlyMap<string, string>
  /** The user, once created: in `registered`. */
  readonly user?: User
  readonly request: Request
}

/**
 * The app's own code around a registration. A returned string refuses it with 422 and is shown, as text. What it
 * throws, or more than five seconds, ends the request with 500.
 */
export type RegisterHook = Hook<RegisterHookContext>

/** The hooks of a registration, each run in turn. */
export interface RegisterHooks {
  /** Before the user is created, once every field is acceptable. */
  readonly preRegister?: readonly RegisterHook[]
  /** After the user was created, and before the answer. The user stays whatever this does. */
  readonly registered?: readonly RegisterHook[]
}
