import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProtectOptions, UsersOnly } from '../guards/protect.ts'
import type { AnyFetchHandler } from '../http/fetch-handler.ts'
import type { User } from '../user/user-store.ts'
import { createNodeGuard, userOf } from './node-guard.ts'
import { toNodeHandler } from './node-handler.ts'

/** What a middleware needs of Koa's context. */
export interface KoaContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly request: object
  readonly originalUrl: string
  /** The route that has matched, where `@koa/router` tells one. */
  readonly routerPath?: unknown
  respond?: boolean | undefined
}

/** A middleware, as `app.use()` takes it. */
export type KoaMiddleware<Context = unknown> = (
  context: KoaContext & Context,
  next: () => Promise<unknown>,
) => Promise<void>

/**
 * Makes a fetch handler a middleware for Koa. Body parsers may stand in front of it.
 *
 * @example
 * router.all('/login', toKoaMiddleware(sessionLogin({ auth })))
 */
export function toKoaMiddleware(fetchHandler: AnyFetchHandler): KoaMiddleware {
  const nodeHandler = toNodeHandler(fetchHandler)

  return async function latchkey(context) {
    const { req, res } = context
    const { body }: { body?: unknown } = context.request
    Object.assign(req, { body, originalUrl: context.originalUrl, route: context.routerPath })
    context.respond = false
    nodeHandler(req, res)
    await untilClosed(res)
  }
}

/**
 * Lets only logged-in users through; handlers then find the user in `ctx.state.user`.
 *
 * A browser without a session is sent to `loginUrl?next=…`; a program gets 401. Writes from other sites are refused.
 *
 * @example
 * router.get('/private/', sessionAuth({ auth }), (ctx) => {
 *   ctx.body = `Hello ${ctx.state.user.username}`
 * })
 *
 * @throws {ConfigError} When an option is wrong.
 */
export function sessionAuth(options?: UsersOnly): KoaMiddleware<{ readonly state: { user: User } }>
export function sessionAuth(options: ProtectOptions): KoaMiddleware<{ readonly state: { user: User | null } }>
export function sessionAuth(options: ProtectOptions = {}): KoaMiddleware<{ readonly state: { user: User | null } }> {
  const guard = createNodeGuard(options)

  return async function sessionAuthMiddleware(context, next) {
    const { req, res } = context
    Object.assign(req, { originalUrl: context.originalUrl })
    if (await guard(req, res)) {
      context.state.user = userOf(req)
      await next()
    } else {
      context.respond = false
      await untilClosed(res)
    }
  }
}

/** A middleware around this one may look at the answer when it has been sent, and not before. */
async function untilClosed(response: ServerResponse): Promise<void> {
  if (!response.closed) await once(response, 'close')
}
