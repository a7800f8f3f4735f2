import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { ProtectOptions } from '../guards/protect.ts'
import type { AnyFetchHandler } from '../http/fetch-handler.ts'
import type { User } from '../user/user-store.ts'
import { createNodeGuard, userOf } from './node-guard.ts'
import { toNodeHandler } from './node-handler.ts'

/** A hook, as `onRequest` takes it. */
export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/**
 * Makes a fetch handler a plugin, which answers at its prefix. It reads bodies by itself, whatever parsers the app has.
 *
 * @example
 * app.register(toFastifyPlugin(sessionLogin({ auth })), { prefix: '/login/' })
 */
export function toFastifyPlugin(fetchHandler: AnyFetchHandler): FastifyPluginAsync {
  const nodeHandler = toNodeHandler(fetchHandler)

  const routes: FastifyPluginAsync = async (scope) => {
    // The app's own parsers would refuse what they can't read before the handler could.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.all('/', (request, reply) => {
      hijack(reply)
      // As Express says it: the app's `rewriteUrl` may have changed the path.
      Object.assign(request.raw, { route: request.routeOptions.url })
      nodeHandler(request.raw, reply.raw)
    })
  }

  const latchkey: FastifyPluginAsync<{ readonly prefix?: string }> = async (scope, { prefix = '' }) => {
    // Without a slash at its end, Fastify answers at both spellings, as other frameworks do.
    scope.register(routes, { prefix: prefix.replace(/\/$/, '') })
  }
  // Has Fastify leave the prefix to this one.
  return Object.assign(latchkey, { [Symbol.for('skip-override')]: true })
}

/**
 * Lets only logged-in users through; handlers then find the user by `getUser(request)`.
 *
 * A browser without a session is sent to `loginUrl?next=…`; a program gets 401. Writes from other sites are refused.
 *
 * @example
 * app.get('/private/', { onRequest: sessionAuth({ auth }) }, (request) => `Hello ${getUser(request)?.username}`)
 *
 * @throws {ConfigError} When an option is wrong.
 */
export function sessionAuth(options: ProtectOptions = {}): FastifyHook {
  const guard = createNodeGuard(options)

  return async function sessionAuthHook(request, reply) {
    if (await guard(request.raw, reply.raw)) return undefined
    return hijack(reply)
  }
}

/**
 * The user of a request that came through `sessionAuth()`; `null` on an excluded path, or where
 * `allowUnauthenticated` let nobody in particular through.
 *
 * @throws {Error} When no `sessionAuth()` let this request through: a bug in the app.
 */
export function getUser(request: FastifyRequest): User | null {
  return userOf(request.raw)
}

/** Takes the answer from Fastify, with the headers that other plugins have set. */
function hijack(reply: FastifyReply): FastifyReply {
  for (const [name, value = ''] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value)
  return reply.hijack()
}
