import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAuthenticate } from '../guards/authenticate.ts'
import type { ProtectOptions } from '../guards/protect.ts'
import { createRefuse } from '../guards/refuse.ts'
import { requestedPath } from '../http/host-context.ts'
import type { RequestHead } from '../http/request-head.ts'
import type { User } from '../user/user-store.ts'
import { sendResponse } from './node-handler.ts'

/**
 * Stands in front of what is built on `node:http`. `true` lets the request through, and its user is then found by
 * `userOf`; `false`: the guard answers it.
 */
export type NodeGuard = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<boolean>

const users = new WeakMap<IncomingMessage, User | null>()

/** @throws {ConfigError} When an option is wrong. */
export function createNodeGuard(options: ProtectOptions): NodeGuard {
  const authenticate = createAuthenticate(options)
  const refuse = createRefuse(options)

  return async function guard(incoming, outgoing) {
    const head = headOf(incoming)
    const target = requestedPath({ incoming })
    const result = await authenticate(head, target?.split('?', 1)[0] ?? '')
    if (!result.ok) {
      sendResponse(refuse(head, result.error, target, { incoming }), incoming, outgoing)
      return false
    }
    users.set(incoming, result.user)
    if (!result.excluded) markPrivate(outgoing)
    return true
  }
}

/** @throws {Error} When no guard let this request through: a bug in the app. */
export function userOf(incoming: IncomingMessage): User | null {
  const user = users.get(incoming)
  if (user === undefined) throw new Error('getUser() needs sessionAuth() in front of this handler.')
  return user
}

function headOf({ method = 'GET', rawHeaders }: IncomingMessage): RequestHead {
  const headers = new Headers()
  let host = 'localhost'
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    if (/^(?:host|:authority)$/i.test(name)) host = value
    // Those of HTTP/2 that stand for the request's first line are no headers.
    if (!name.startsWith(':')) headers.append(name, value)
  }
  return { method, url: `http://${host}/`, headers }
}

/** Before the app answers, since afterwards its headers may be on their way. What it sets itself holds. */
function markPrivate(outgoing: ServerResponse): void {
  if (!outgoing.hasHeader('Cache-Control')) outgoing.setHeader('Cache-Control', 'no-store')
  outgoing.appendHeader('Vary', 'Cookie')
}
