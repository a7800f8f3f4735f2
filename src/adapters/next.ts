import type { Auth } from '../auth.ts'
import { type ProtectOptions, createGuard } from '../guards/protect.ts'
import { createUserOfHeaders } from '../guards/user-of-headers.ts'
import { formatAddress, parseHop } from '../http/client-address.ts'
import type { AnyFetchHandler } from '../http/fetch-handler.ts'
import { type HostContext, hostContext } from '../http/host-context.ts'
import type { User } from '../user/user-store.ts'

/** What a `route.ts` of the App Router exports. */
export type RouteHandlers = Readonly<
  Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS', (request: Request) => Promise<Response>>
>

/** What Next can't tell. */
export interface NextOptions {
  /**
   * Whether clients reach Next through a proxy alone, which sets `X-Forwarded-For` (default: false). Next shows no socket,
   * so without one the client's address is unknown, and all clients are throttled as one.
   */
  readonly behindProxy?: boolean
}

/** Whose sessions, and where the headers of the present request come from. */
export interface GetUserOptions {
  /** (default: the one of the environment, `defaultAuth()`) */
  readonly auth?: Auth
  /** The function of `next/headers`. */
  readonly headers: () => Headers | Promise<Headers>
}

/**
 * Makes a fetch handler the handlers of a `route.ts`.
 *
 * @example
 * // app/login/route.ts
 * export const { GET, POST } = toRouteHandlers(sessionLogin({ auth }), { behindProxy: true })
 */
export function toRouteHandlers(fetchHandler: AnyFetchHandler, options: NextOptions = {}): RouteHandlers {
  const handler = async (request: Request): Promise<Response> => fetchHandler(request, contextOf(request, options))
  return { GET: handler, HEAD: handler, POST: handler, PUT: handler, PATCH: handler, DELETE: handler, OPTIONS: handler }
}

/**
 * Lets only logged-in users through to what `config.matcher` names. A page still asks who it is by `getUser()`.
 *
 * A browser without a session is sent to `loginUrl?next=…`; a program gets 401. Writes from other sites are refused.
 *
 * @example
 * // proxy.ts
 * export const proxy = sessionProxy({ auth, next: () => NextResponse.next() })
 * export const config = { matcher: ['/private/:path*'] }
 *
 * @throws {ConfigError} When an option is wrong.
 */
export function sessionProxy({
  next,
  ...options
}: ProtectOptions & { readonly next: () => Response }): (request: Request) => Promise<Response> {
  const guard = createGuard(options)
  return async (request) => withWholeLocation(await guard(request, contextOf(request, {}), next), request)
}

/**
 * Who is asking, for server components, server functions and route handlers; `null` where nobody is logged in, and for
 * what another site sent, unless it is a link that someone followed.
 *
 * @example
 * export const getUser = createGetUser({ auth, headers })
 * const user = await getUser()
 *
 * @throws {ConfigError} When an option is unknown.
 * @throws {UnavailableError} From what it returns, when the database can't serve.
 */
export function createGetUser({ headers, ...options }: GetUserOptions): () => Promise<User | null> {
  const userOfHeaders = createUserOfHeaders(options)
  return async () => userOfHeaders(await headers())
}

/** Next takes no path for where a proxy redirects to. To the client it sends one all the same. */
function withWholeLocation(response: Response, request: Request): Response {
  const location = response.headers.get('Location')
  if (location !== null) response.headers.set('Location', new URL(location, request.url).href)
  return response
}

function contextOf(request: Request, { behindProxy = false }: NextOptions): HostContext {
  const nearest = request.headers.get('x-forwarded-for')?.split(',').at(-1) ?? ''
  const address = behindProxy ? parseHop(nearest) : null
  return hostContext(request, address && formatAddress(address))
}
