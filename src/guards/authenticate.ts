import { type Auth, defaultAuth } from '../auth.ts'
import { crypto } from '../crypto.ts'
import {
  ForbiddenError,
  NotLoggedInError,
  type RequestError,
  UnavailableError,
  isAnswer,
  isMistake,
} from '../errors.ts'
import type { RequestHead } from '../http/fetch-handler.ts'
import type { User } from '../user/user-store.ts'
import { requireSameSite } from './cross-site.ts'
import { createIsExcluded } from './excluded-paths.ts'
import { checkGuardOptions } from './guard-options.ts'
import type { RefuseOptions } from './refuse.ts'

/** Whom a guard lets through. */
export interface AuthenticateOptions {
  /** (default: the one of the environment, `defaultAuth()`) */
  readonly auth?: Auth
  /** Lets only admins through (default: false). */
  readonly adminOnly?: boolean
  /** Lets only superusers through (default: false). */
  readonly superuserOnly?: boolean
  /** Takes the sessions of inactive users for none (default: true). */
  readonly activeOnly?: boolean
  /** Lets everyone through; the user is `null` where nobody is logged in (default: false). */
  readonly allowUnauthenticated?: boolean
  /** Paths that the guard leaves alone: exact, or prefixes that end in `/*` (default: none). */
  readonly excludedPaths?: readonly string[]
}

/** What `authenticate` found out about a request. `user` is `null` on an excluded path, or where that is allowed. */
export type AuthResult =
  | { readonly ok: true; readonly user: User | null; readonly excluded: boolean }
  | ({ readonly ok: false } & Refusal)

/** Why a request is refused, and what is known of it. */
export interface Refusal {
  readonly error: RequestError | UnavailableError
  /** Whose session came with it; `null` where nobody knows. */
  readonly userId: string | null
  /** Under which the request's events are found again. */
  readonly requestId: string
}

/** Finds out who is asking. `path` gives what the client asked for, without its query; most requests don't need it. */
export type Authenticate = (request: RequestHead, path: () => string) => Promise<AuthResult>

/**
 * @param isUse - Whether to be let through is a use of the session, which extends it (default: true).
 * @throws {ConfigError} When an option is unknown or wrong, or two contradict each other.
 */
export function createAuthenticate(options: AuthenticateOptions & RefuseOptions = {}, isUse = true): Authenticate {
  checkGuardOptions(options)
  const { auth = defaultAuth(), adminOnly = false, superuserOnly = false, activeOnly = true } = options
  const { allowUnauthenticated = false, excludedPaths = [] } = options
  const { loginUrl = auth.wiring.links.login ?? '/login/' } = options
  const isExcluded = createIsExcluded(excludedPaths)
  const excludesPaths = excludedPaths.length > 0
  const isLogin = createIsExcluded(pathOfLogin(loginUrl, auth.origins))

  function readToken({ headers }: RequestHead): string | null {
    const token = auth.cookie.read(headers)
    if (token === null && auth.cookie.isAmbiguous(headers)) auth.report('cookie_ambiguous')
    return token
  }

  function isKnown(user: User): boolean {
    return !activeOnly || user.active
  }

  function isAllowed(user: User): boolean {
    return (!adminOnly || user.admin) && (!superuserOnly || user.superuser)
  }

  // Whoever is refused uses no session.
  function isUseOf(user: User): boolean {
    return isUse && isKnown(user) && isAllowed(user)
  }

  function requireUser(user: User | null, path: () => string): User | null {
    if (user === null || !isKnown(user)) {
      // Whoever is sent to the login must get in there, or would be sent for ever.
      if (allowUnauthenticated || isLogin(path())) return null
      throw new NotLoggedInError()
    }
    if (!isAllowed(user)) throw new ForbiddenError()
    return user
  }

  return async function authenticate(request, path) {
    if (excludesPaths && isExcluded(path())) return { ok: true, user: null, excluded: true }
    let user: User | null = null
    try {
      requireSameSite(request, auth.origins)
      const token = readToken(request)
      const found = token === null ? null : await auth.sessions.find(token, isUseOf)
      user = found?.user ?? null
      return { ok: true, user: requireUser(user, path), excluded: false }
    } catch (error) {
      const requestId = crypto().randomUUID()
      if (isMistake(error)) auth.report('error', { requestId, error })
      // Nobody knows who asks, whatever went wrong, and the host may take what is thrown here for its own fault.
      const told = isAnswer(error) ? error : new UnavailableError({ cause: error })
      return { ok: false, error: told, userId: user?.id ?? null, requestId }
    }
  }
}

/** The path of the login, where it is one of this app's. */
function pathOfLogin(loginUrl: string, origins: readonly string[]): string[] {
  const url = URL.parse(loginUrl, 'http://path.invalid')
  const isOwn = url !== null && (url.host === 'path.invalid' || origins.includes(url.origin))
  return isOwn && !url.pathname.includes('*') ? [url.pathname] : []
}
