import { RefusedByHookError } from '../errors.ts'
import { runAppCode } from '../time-limit.ts'
import type { LoginFailureReason } from '../user/login-check.ts'
import type { User } from '../user/user-store.ts'

/** The app's own code, called by an endpoint. A returned string refuses the request and is shown, as text. */
export type Hook<Context> = (
  context: Context,
) => string | null | undefined | void | Promise<string | null | undefined | void>

/** @throws {RefusedByHookError} With the first sentence that a hook returns, and this status. */
export async function runHooks<Context>(
  hooks: readonly Hook<Context>[] | undefined,
  context: Context,
  status: RefusedByHookError['status'],
): Promise<void> {
  for (const hook of hooks ?? []) {
    const sentence = await runAppCode('A hook', () => hook(context))
    if (typeof sentence === 'string') throw new RefusedByHookError(sentence, status)
  }
}

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
