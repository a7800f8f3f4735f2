import type { AnyFetchHandler } from '../http/fetch-handler.ts'
import { hostContext } from '../http/host-context.ts'

/** What a handler needs of Bun's server. */
export interface BunServer {
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
    return fetchHandler(request, hostContext(request, server.requestIP(request)?.address))
  }
}
