import { crypto } from '../crypto.ts'
import type { Auth } from '../auth.ts'
import { isMistake } from '../errors.ts'
import type { EventDetails } from '../events.ts'
import { findRequestUser } from '../guards/request-user.ts'
import { addressPrefix, formatAddress } from '../http/client-address.ts'
import { isBrowser } from '../http/client-kind.ts'
import { isUnixSocket } from '../http/host-context.ts'
import type { AddressKeys } from '../throttle/attempt.ts'

/** One request at an endpoint, and what is known of who sent it. */
export interface Visit {
  readonly request: Request
  readonly context: unknown
  /** Under which the request's events are found again. */
  readonly requestId: string
  readonly browser: boolean
  readonly address: AddressKeys | null
  /** The client's whole address, as text; `null` when unknown. */
  readonly clientAddress: string | null
}

/** Whoever comes over a Unix socket that isn't named in `trustedProxies`: a proxy, and its clients with it. */
const behindUnixSocket: AddressKeys = { narrow: 'unix', wide: 'unix', isCrowd: true }

export function createVisit(auth: Auth, request: Request, context: unknown): Visit {
  const address = auth.clientAddress(request, context)
  const ofAddress = address && { narrow: addressPrefix(address, 64), wide: addressPrefix(address, 48) }
  return {
    request,
    context,
    requestId: crypto().randomUUID(),
    browser: isBrowser(request),
    address: ofAddress ?? (isUnixSocket(context) ? behindUnixSocket : null),
    clientAddress: address && formatAddress(address),
  }
}

/** What each event of a visit carries: the user, too, where a guard stands in front. */
export function eventDetails({ request, requestId, address, clientAddress }: Visit): EventDetails {
  const userId = findRequestUser(request)?.id ?? null
  return { requestId, userId, actor: userId, addressPrefix: clientAddress && (address?.narrow ?? null) }
}

const told = new WeakSet<Visit>()

/** Tells of an error that is a mistake, once in a visit: a broken database is asked more than once. */
export function reportMistake(auth: Auth, visit: Visit, error: unknown): void {
  if (!isMistake(error) || told.has(visit)) return
  told.add(visit)
  auth.report('error', { ...eventDetails(visit), error })
}
