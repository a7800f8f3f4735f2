import type { LoginFailureReason } from '../user/login-check.ts'
import type { User } from '../user/user-store.ts'
import type { Hook } from './hooks.ts'

/** What a hook is told. Never the password: the request's body has been read and can't be read again. */
export interface LoginHookContext {
  /** As it was typed. */
  readonly username: string
  /** The user, once known: in `loginSuccess`, and in `loginFailure` where the name exists. */
  readonly user?: User
  readonly request: Request
  /** In `loginFailure` alone. */
  readonly reason?: LoginFailureReason
}

/**
 * The app's own code around a login. A returned string stops the login and is shown, as text. What it throws, or more
 * than five seconds, ends the request with 500: nobody is logged in.
 */
export type LoginHook = Hook<LoginHookContext>

/** The hooks of a login, each run in turn. */
export interface LoginHooks {
  /** Before the password is checked. */
  readonly preLogin?: readonly LoginHook[]
  /** After a right password, before the session starts. */
  readonly loginSuccess?: readonly LoginHook[]
  /** After a wrong name or password, or for an inactive user. */
  readonly loginFailure?: readonly LoginHook[]
}
