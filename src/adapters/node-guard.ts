import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAuthenticate } from '../guards/authenticate.ts'
import type { ProtectOptions } from '../guards/protect.ts'
import { createRefuse } from '../guards/refuse.ts'
import { requestedPath } from '../http/host-context.ts'
import type { RequestHead } from '../http/request-head.ts'
import type { User } from '../user/user-store.ts'
import { sendResponse } from './node-handler.ts'

/** Stands in front of what is built on `node:http`. `true` lets the request through; `false`: the guard answers it. */
export type NodeGuard = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<boolean>

const users = new WeakMap<IncomingMessage, User | null>()

/**
 * A guard for a server of `node:http` alone, and for what is built on it; handlers then find the user by `getUser(request)`.
 *
 * A browser without a session is sent to `loginUrl?next=…`; a program gets 401. Writes from other sites are refused.
 *
 * @example
 * const guard = createNodeGuard({ auth })
 * createServer(async (request, response) => {
 *   if (await guard(request, response)) response.end(`Hello ${getUser(request)?.username}`)
 * })
 *
 * @throws {ConfigError} When an option is wrong.
 */
export function createNodeGuard(options: ProtectOptions = {}): NodeGuard {
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

/**
 * The user of a request that a guard let through; `null` on an excluded path, or where `allowUnauthenticated` let nobody
 * in particular through.
 *
 * @throws {Error} When no guard let this request through: a bug in the app.
 */
export function userOf(incoming: IncomingMessage): User | null {
  const user = users.get(incoming)
  if (user === undefined)
    throw new Error('getUser() needs sessionAuth(), or createNodeGuard(), in front of this handler.')
  return user
}

function headOf({ method = 'GET', rawHeaders }: IncomingMessage): RequestHead {
  const headers = headersOf(rawHeaders)
  return {
    method,
    // HTTP/2 has the host in a line of its own.
    get url() {
      return `http://${headers.get('host') ?? headers.get(':authority') ?? 'localhost'}/`
    },
    headers,
  }
}

/** Reads only what is asked for, which is the cookie alone for most requests. */
function headersOf(rawHeaders: readonly string[]): RequestHead['headers'] {
  return {
    get(anyCase) {
      const name = anyCase.toLowerCase()
      const values = rawHeaders.filter((_value, index) => index % 2 === 1 && isNamed(rawHeaders[index - 1], name))
      // As `Headers` joins them.
      return values.length === 0 ? null : values.join(name === 'cookie' ? '; ' : ', ')
    },
  }
}

function isNamed(rawName: string | undefined, name: string): boolean {
  return rawName?.length === name.length && rawName.toLowerCase() === name
}

/** Before the app answers, since afterwards its headers may be on their way. What it sets itself holds. */
function markPrivate(outgoing: ServerResponse): void {
  if (!outgoing.hasHeader('Cache-Control')) outgoing.setHeader('Cache-Control', 'no-store')
  outgoing.appendHeader('Vary', 'Cookie')
}
