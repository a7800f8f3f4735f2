import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAuthenticate } from '../guards/authenticate.ts'
import type { ProtectOptions } from '../guards/protect.ts'
import { createRefuse } from '../guards/refuse.ts'
import { findRequestUser, setRequestUser } from '../guards/request-user.ts'
import { requestedPath } from '../http/host-context.ts'
import type { RequestHead } from '../http/fetch-handler.ts'
import type { User } from '../user/user-store.ts'
import { answerBefore } from './answer-before.ts'
import { sendResponse } from './node-handler.ts'
import { markOutgoingPrivate } from './private-outgoing.ts'
import { completeRawHeaders } from './raw-headers.ts'

/** Stands in front of what is built on `node:http`. `true` lets the request through; `false`: the guard answers it. */
export type NodeGuard = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<boolean>

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
    const before = answerBefore(incoming, outgoing)
    if (before !== null) await before
    completeRawHeaders(incoming)
    const head = new IncomingHead(incoming)
    const target = requestedPath({ incoming })
    const result = await authenticate(head, () => target?.split('?', 1)[0] ?? '')
    if (!result.ok) {
      sendResponse(refuse(head, result, target, { incoming }), incoming, outgoing)
      return false
    }
    setRequestUser(incoming, result.user)
    if (!result.excluded) markOutgoingPrivate(outgoing)
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
  const user = findRequestUser(incoming)
  if (user === undefined)
    throw new Error('getUser() needs sessionAuth(), or createNodeGuard(), in front of this handler.')
  return user
}

/** A request's head as guards look at it. A class, since an object with a getter of its own for each request is dear. */
export class IncomingHead implements RequestHead {
  readonly method: string
  readonly headers: RawHeaders

  constructor({ method = 'GET', rawHeaders }: IncomingMessage) {
    this.method = method
    this.headers = new RawHeaders(rawHeaders)
  }

  get url(): string {
    // HTTP/2 has the host in a line of its own.
    return `http://${this.headers.get('host') ?? this.headers.get(':authority') ?? 'localhost'}/`
  }
}

/** Reads only what is asked for, which is the cookie alone for most requests. */
class RawHeaders {
  readonly #namesAndValues: readonly string[]

  constructor(namesAndValues: readonly string[]) {
    this.#namesAndValues = namesAndValues
  }

  get(anyCase: string): string | null {
    const name = anyCase.toLowerCase()
    const values = this.#namesAndValues.filter((_value, index, all) => index % 2 === 1 && isNamed(all[index - 1], name))
    // As `Headers` joins them.
    return values.length === 0 ? null : values.join(name === 'cookie' ? '; ' : ', ')
  }
}

function isNamed(rawName: string | undefined, name: string): boolean {
  return rawName?.length === name.length && rawName.toLowerCase() === name
}
