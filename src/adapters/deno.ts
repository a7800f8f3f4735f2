import type { AnyFetchHandler } from '../http/fetch-handler.ts'
import { hostContext, unixSocket } from '../http/host-context.ts'

/** What a handler needs of what Deno tells of a connection. Sockets without a network have no `hostname`. */
export interface DenoServeInfo {
  readonly remoteAddr: { readonly transport: string; readonly hostname?: string }
}

/**
 * Tells a fetch handler what `Deno.serve()` knows: the client's address, and the path as the client asked for it.
 *
 * @example
 * Deno.serve(toDenoHandler(app.fetch))
 */
export function toDenoHandler(
  fetchHandler: AnyFetchHandler,
): (request: Request, info: DenoServeInfo) => Response | Promise<Response> {
  return function answer(request, info) {
    const { transport, hostname } = info.remoteAddr
    return fetchHandler(request, hostContext(request, transport === 'unix' ? unixSocket : hostname))
  }
}
