import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProtectOptions } from '../guards/protect.ts'
import type { AnyFetchHandler } from '../http/fetch-handler.ts'
import type { User } from '../user/user-store.ts'
import { createNodeGuard, userOf } from './node-guard.ts'
import { type NodeHandler, toNodeHandler } from './node-handler.ts'

/** A middleware, as `app.use()` of Express 5 takes it. */
export type ExpressMiddleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => Promise<void>

/**
 * Makes a fetch handler one for Express. Body parsers may stand in front of it.
 *
 * @example
 * app.all('/login/', toExpressHandler(sessionLogin({ auth })))
 */
export function toExpressHandler(fetchHandler: AnyFetchHandler): NodeHandler {
  return toNodeHandler(fetchHandler)
}

/**
 * Lets only logged-in users through; handlers then find the user by `getUser(req)`.
 *
 * A browser without a session is sent to `loginUrl?next=…`; a program gets 401. Writes from other sites are refused.
 *
 * @example
 * app.use('/private', sessionAuth({ auth }))
 * app.get('/private/', (req, res) => res.send(`Hello ${getUser(req)?.username}`))
 *
 * @throws {ConfigError} When an option is wrong.
 */
export function sessionAuth(options: ProtectOptions = {}): ExpressMiddleware {
  const guard = createNodeGuard(options)

  return async function sessionAuthMiddleware(request, response, next) {
    if (await guard(request, response)) next()
  }
}

/**
 * The user of a request that came through `sessionAuth()`; `null` on an excluded path, or where
 * `allowUnauthenticated` let nobody in particular through.
 *
 * @throws {Error} When no `sessionAuth()` let this request through: a bug in the app.
 */
export function getUser(request: IncomingMessage): User | null {
  return userOf(request)
}
