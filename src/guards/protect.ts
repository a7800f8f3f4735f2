import type { AnyFetchHandler, FetchHandler } from '../http/fetch-handler.ts'
import { pathOf, requestedPath } from '../http/host-context.ts'
import type { User } from '../user/user-store.ts'
import { type AuthenticateOptions, createAuthenticate } from './authenticate.ts'
import { markPrivate } from './private-answer.ts'
import { type RefuseOptions, createRefuse } from './refuse.ts'
import { findRequestUser, setRequestUser } from './request-user.ts'

export interface ProtectOptions extends AuthenticateOptions, RefuseOptions {}

/** Options under which nobody but a user gets through. */
export type UsersOnly = ProtectOptions & { readonly allowUnauthenticated?: false; readonly excludedPaths?: readonly [] }

/**
 * Stands in front of `next`, which answers for users alone. `context` is what the host passes beside the request, or what
 * `hostContext()` makes of it.
 */
export type Guard = (request: Request, context: unknown, next: () => Response | Promise<Response>) => Promise<Response>

/**
 * A guard for the middleware of a framework that has requests and responses as `fetch` has them: SvelteKit, Astro, h3,
 * React Router. Whoever comes behind it finds the user by `getUser(request)`.
 *
 * It does what `protect()` does.
 *
 * @example
 * // SvelteKit: src/hooks.server.ts
 * const guard = createGuard({ auth })
 * export const handle = ({ event, resolve }) =>
 *   guard(event.request, hostContext(event.request, event.getClientAddress()), () => resolve(event))
 *
 * @throws {ConfigError} When an option is wrong.
 */
export function createGuard(options: ProtectOptions = {}): Guard {
  const authenticate = createAuthenticate(options)
  const refuse = createRefuse(options)

  return async function guard(request, context, next) {
    const target = requestedPath(context)
    const result = await authenticate(request, () => (target ?? pathOf(request.url) ?? '').replace(/\?.*/s, ''))
    if (!result.ok) return refuse(request, result, target, context)

    setRequestUser(request, result.user)
    const response = await next()
    return result.excluded ? response : markPrivate(response)
  }
}

/**
 * A fetch handler that only users reach; it finds them by `getUser(request)`.
 *
 * A browser without a session is sent to `loginUrl?next=…`; a program gets 401. Writes from other sites are refused.
 * The handler's own answers pass as they are, but for `Cache-Control: no-store` (where it says nothing itself) and
 * `Vary: Cookie`.
 *
 * @example
 * app.mount('/api/', protect(apiApp.fetch, { auth }))
 *
 * @throws {ConfigError} When an option is wrong.
 */
export function protect(handler: AnyFetchHandler, options: ProtectOptions = {}): FetchHandler {
  const guard = createGuard(options)
  return async (request, context) => guard(request, context, () => handler(request, context))
}

/**
 * The user of a request that came through `protect()` or a guard of `createGuard()`; `null` on an excluded path, or
 * where `allowUnauthenticated` let nobody in particular through.
 *
 * @throws {Error} When neither is in front of the handler: a bug in the app.
 */
export function getUser(request: Request): User | null {
  const user = findRequestUser(request)
  if (user === undefined) throw new Error('getUser() needs protect() around this handler, and the request it gave.')
  return user
}
