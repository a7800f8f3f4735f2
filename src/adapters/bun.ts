import type { AnyFetchHandler } from '../http/fetch-handler.ts'
import { type HostContext, unixSocket } from '../http/host-context.ts'

/** What a handler needs of Bun's server. Sockets without a network have no `hostname`. */
export interface BunServer {
  readonly hostname?: string | undefined
  requestIP(request: Request): { readonly address: string } | null
}

/**
 * Tells a fetch handler what `Bun.serve()` knows: the client's address, and the path as the client asked for it.
 *
 * @example
 * export default { fetch: toBunHandler(app.fetch) }
 */
export function toBunHandler(
  fetchHandler: AnyFetchHandler,
): (request: Request, server: BunServer) => Response | Promise<Response> {
  return function answer(request, server) {
    const { hostname } = server
    const address = server.requestIP(request)?.address ?? (hostname === undefined ? unixSocket : undefined)
    const socket = { remoteAddress: address, localAddress: hostname }
    const context: HostContext = { incoming: { url: request.url, socket } }
    return fetchHandler(request, context)
  }
}
