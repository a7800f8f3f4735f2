import { CrossSiteError } from '../errors.ts'
import type { RequestHead } from '../http/fetch-handler.ts'

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a write that another site sent (CSRF), from headers alone and with or without a cookie. The handshake of a
 * WebSocket, a GET with which browsers send cookies and which asks for no CORS, counts as one.
 *
 * `Sec-Fetch-Site` decides where a browser sends it; else `Origin` does. Where neither is there, the client is no
 * browser of the last years, and no one else's cookies are in play.
 *
 * @param origins - The app's own. When empty, an `Origin` is held against the request's own host.
 * @throws {CrossSiteError}
 */
export function requireSameSite(request: RequestHead, origins: readonly string[]): void {
  if (safeMethods.has(request.method) && !opensWebSocket(request)) return

  const site = request.headers.get('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return

  const origin = request.headers.get('origin')
  const isOurs =
    origin === null
      ? site === null
      : origins.includes(origin) || (site === null && origins.length === 0 && isOwnHost(origin, request))
  if (!isOurs) throw new CrossSiteError()
}

function opensWebSocket({ headers }: RequestHead): boolean {
  return headers.get('upgrade')?.toLowerCase() === 'websocket'
}

function isOwnHost(origin: string, request: RequestHead): boolean {
  const host = request.headers.get('host') ?? URL.parse(request.url)?.host
  const url = URL.parse(origin)
  return url !== null && url.origin === origin && url.host === host?.toLowerCase()
}
