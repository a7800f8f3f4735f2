/** What a host may tell of a request beside the `Request` itself. */
export interface HostContext {
  readonly incoming?: {
    readonly url?: unknown
    readonly originalUrl?: unknown
    readonly route?: unknown
    readonly socket?: HostSocket | null
  } | null
}

interface HostSocket {
  readonly remoteAddress?: unknown
  readonly localAddress?: unknown
  readonly destroyed?: unknown
  readonly server?: { readonly address?: unknown } | null
}

/** How a host, a proxy and `trustedProxies` call a Unix socket, which has no addresses. */
export const unixSocket = 'unix:'

// No client's: it means no particular address (RFC 1122, section 3.2.1.3).
const addressOfNobody = '0.0.0.0'

/**
 * What a fetch handler is passed as its context where no adapter of latchkey's stands between it and the host, so that it
 * knows the client's address and the path as the client asked for it.
 *
 * @param request - As the host gave it: with its whole path, before any mount cut it.
 * @param address - The address at the other end of the socket; `unix:` for a Unix socket; `null` where the host doesn't
 *   tell.
 *
 * @example
 * // SvelteKit: src/routes/login/+server.ts
 * export const fallback = ({ request, getClientAddress }) => login(request, hostContext(request, getClientAddress()))
 */
export function hostContext(request: Request, address: string | null | undefined): HostContext {
  return { incoming: { url: request.url, socket: { remoteAddress: address } } }
}

function incomingOf(context: unknown): HostContext['incoming'] {
  if (typeof context !== 'object' || context === null) return undefined
  // What a host passes has no type of ours; every member is checked where it is used.
  return (context as HostContext).incoming
}

/**
 * The address at the other end of the socket; `null` when the host doesn't tell. All who have gone have one between them:
 * without any they would be counted nowhere, and whoever resets each connection could send as much as it likes.
 */
export function socketAddress(context: unknown): string | null {
  const socket = incomingOf(context)?.socket ?? {}
  if (socket.remoteAddress === unixSocket) return null
  if (typeof socket.remoteAddress === 'string') return socket.remoteAddress
  return isGone(socket) ? addressOfNobody : null
}

/** Whether the request came over a Unix socket, or a pipe of Windows: from this machine, whoever the client is. */
export function isUnixSocket(context: unknown): boolean {
  const socket = incomingOf(context)?.socket ?? {}
  if (socket.remoteAddress === unixSocket) return true
  // Node's, while it is open.
  return socket.destroyed === false && socket.remoteAddress === undefined && !isGone(socket)
}

/** A socket without a network has no address at this end either, nor has its server. */
function isGone({ destroyed, localAddress, server }: HostSocket): boolean {
  if (destroyed === true || typeof localAddress === 'string') return true
  const listensAt: unknown = typeof server?.address === 'function' ? server.address() : null
  return typeof listensAt === 'object' && listensAt !== null
}

/** Path and query just as the client sent them, before a mount cut them; `null` when the host doesn't tell. */
export function requestedPath(context: unknown): string | null {
  const incoming = incomingOf(context)
  const target = incoming?.originalUrl ?? incoming?.url
  return typeof target === 'string' ? pathOf(target) : null
}

/** Whether a route has matched all that a mount has left of the path. Express says so, and adapters do as it does. */
export function isRouted(context: unknown): boolean {
  const route = incomingOf(context)?.route
  return route !== undefined && route !== null
}

/** Path and query of a request's target or URL, with nothing resolved; `null` when it has no path. */
export function pathOf(target: string): string | null {
  // Not parsed as a URL, which resolves `..`: most routers don't, and so see another path.
  const [, path = null] = /^(?:https?:\/\/[^/?#\\]+)?(\/[^#]*)/i.exec(target) ?? []
  return path
}
