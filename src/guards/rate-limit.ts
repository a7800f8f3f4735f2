import { type Auth, defaultAuth } from '../auth.ts'
import { crypto } from '../crypto.ts'
import { minutes } from '../duration.ts'
import { ConfigError, TooManyTriesError } from '../errors.ts'
import { addressPrefix } from '../http/client-address.ts'
import type { FetchHandler } from '../http/fetch-handler.ts'
import { isUnixSocket } from '../http/host-context.ts'
import { changeHeaders } from '../http/responses.ts'
import type { CounterStore } from '../throttle/counter-store.ts'
import { type RequestLimit, createRequestCount } from '../throttle/request-count.ts'
import { checkNames } from './guard-options.ts'
import { createRefuse } from './refuse.ts'
import { findRequestUser } from './request-user.ts'

export interface RateLimitOptions {
  /** Knows trusted proxies and texts, and is told of refusals (default: the one of the environment, `defaultAuth()`). */
  readonly auth?: Auth
  /** How many requests of one key pass in a window (default: 100). */
  readonly limit?: number
  /** How long a window is, in seconds (default: a minute). */
  readonly timespan?: number
  /** For how long a key that is above the limit is refused, in seconds, from `timespan`; `null`: to the end of its window (default). */
  readonly blockDuration?: number | null
  /**
   * By what requests are counted; `null`: this one isn't (default: the client's address, of IPv6 the first 64 bits; one
   * whose address the host doesn't tell isn't counted).
   */
  readonly key?: (request: Request, context: unknown) => string | null | Promise<string | null>
  /** Whether a request passes uncounted (default: none does). */
  readonly skip?: (request: Request, context: unknown) => boolean | Promise<boolean>
  /** Where it is counted (default: the `counters` of `createAuth`, or this process's memory, which is bounded). */
  readonly store?: CounterStore | null
  /** What the limit is called in headers. Guards of one name and limit that share a store count together (default: `default`). */
  readonly name?: string
}

const known = [
  'auth',
  'limit',
  'timespan',
  'blockDuration',
  'key',
  'skip',
  'store',
  'name',
] as const satisfies readonly (keyof RateLimitOptions)[]

/**
 * Refuses too many requests in front of a fetch handler, with 429 and `Retry-After`: a page for a browser, problem+json
 * for a program. Every answer tells the limit, by `RateLimit` and `RateLimit-Policy`
 * (draft-ietf-httpapi-ratelimit-headers-11).
 *
 * What `key` or `skip` throws ends the request: nothing passes by a mistake.
 *
 * @example
 * app.mount('/api/', rateLimit(api.fetch, { auth, limit: 30 }))
 *
 * @throws {ConfigError} When an option is wrong.
 */
export function rateLimit(
  handler: (request: Request, context?: unknown) => Response | Promise<Response>,
  options: RateLimitOptions = {},
): FetchHandler {
  checkNames(options, known)
  const { auth = defaultAuth(), limit = 100, timespan = minutes(1), blockDuration = null, name = 'default' } = options
  const { key = addressOf(auth), skip = () => false } = options
  checkName(name)
  const rule: RequestLimit = { name, limit, timespan, blockDuration }
  const count = createRequestCount(rule, auth.wiring.openCounters('rate', options.store).store)
  const refuse = createRefuse({ auth })

  return async function limited(request, context) {
    const whose = (await skip(request, context)) ? null : await key(request, context)
    if (whose === null) return handler(request, context)

    const { counted, left, reset } = await count(whose)
    const response = counted
      ? await handler(request, context)
      : refuse(
          request,
          {
            error: new TooManyTriesError(reset),
            userId: findRequestUser(request)?.id ?? null,
            requestId: crypto().randomUUID(),
          },
          null,
          context,
        )
    return changeHeaders(response, (headers) => {
      headers.append('RateLimit-Policy', `"${name}";q=${limit};w=${timespan}`)
      headers.append('RateLimit', `"${name}";r=${left};t=${reset}`)
    })
  }
}

function addressOf(auth: Auth): NonNullable<RateLimitOptions['key']> {
  return (request, context) => {
    const address = auth.clientAddress(request, context)
    if (address !== null) return addressPrefix(address, 64)
    // A proxy that isn't named, and its clients with it, as behind one at an address.
    return isUnixSocket(context) ? 'unix' : null
  }
}

function checkName(name: string): void {
  // It stands in a header, as a string of RFC 9651.
  if (!/^[\w.-]{1,64}$/.test(name)) throw new ConfigError('name takes letters, digits, "_", "." and "-".')
}
