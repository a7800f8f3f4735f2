import type { ServerResponse } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { createAuthenticate } from '../guards/authenticate.ts'
import { markPrivate } from '../guards/private-answer.ts'
import type { ProtectOptions, UsersOnly } from '../guards/protect.ts'
import { createRefuse } from '../guards/refuse.ts'
import { pathOf, requestedPath } from '../http/host-context.ts'
import type { User } from '../user/user-store.ts'
import { answerBefore } from './answer-before.ts'
import { markOutgoingPrivate } from './private-outgoing.ts'

/**
 * Lets only logged-in users through; handlers then find the user in `c.var.user`.
 *
 * A browser without a session is sent to `loginUrl?next=…`; a program gets 401. Writes from other sites are refused.
 *
 * @example
 * app.use('/private/*', sessionAuth({ auth }))
 * app.get('/private/', (c) => c.text(`Hello ${c.var.user.username}`))
 *
 * @throws {ConfigError} When an option is wrong.
 */
export function sessionAuth(options?: UsersOnly): MiddlewareHandler<{ Variables: { user: User } }>
export function sessionAuth(options: ProtectOptions): MiddlewareHandler<{ Variables: { user: User | null } }>
export function sessionAuth(options: ProtectOptions = {}): MiddlewareHandler {
  const authenticate = createAuthenticate(options)
  const refuse = createRefuse(options)

  return async function guard(c, next) {
    const outgoing = outgoingOf(c.env)
    const before = outgoing === null ? null : answerBefore(outgoing.req, outgoing)
    if (before !== null) await before
    const result = await authenticate(c.req.raw, () => requestedPathOf(c))
    if (!result.ok) {
      const refusal = refuse(c.req.raw, result, requestedPath(c.env) ?? pathOf(c.req.url), c.env)
      // What a middleware in front has put on the answer, Hono would set again over the refusal's own.
      for (const name of refusal.headers.keys()) c.res.headers.delete(name)
      return refusal
    }

    c.set('user', result.user)
    if (result.excluded) return next()
    if (outgoing !== null) {
      markOutgoingPrivate(outgoing)
      return next()
    }
    await next()
    const marked = markPrivate(c.res)
    if (marked !== c.res) {
      // Over an answer that is still there, Hono sets that one's headers again.
      c.res = undefined
      c.res = marked
    }
    return undefined
  }
}

/** The path as the client asked for it, before a mount cut it. */
function requestedPathOf({ env, req }: Context): string {
  return requestedPath(env)?.split('?', 1)[0] ?? req.path
}

// Not imported: that takes longer than importing all the rest, and where Hono runs on something else it isn't needed.
let nodeResponse: typeof ServerResponse | null = null

/** Where Node sends the answer from, if that is what Hono runs on: marking it there costs less than opening Hono's answer. */
function outgoingOf(bindings: Partial<HttpBindings> | undefined): ServerResponse | null {
  const outgoing = bindings?.outgoing
  if (outgoing === undefined) return null
  nodeResponse ??= process.getBuiltinModule('node:http').ServerResponse
  return outgoing instanceof nodeResponse ? outgoing : null
}
