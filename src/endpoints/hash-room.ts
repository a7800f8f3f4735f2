import type { Auth } from '../auth.ts'
import { UnavailableError } from '../errors.ts'
import { type Attempt, networkOf, ownDevice } from '../throttle/attempt.ts'
import type { HashShare } from '../password/hash-share.ts'
import type { Visit } from './visit.ts'

/** Of users who are logged in, and of devices that they have logged in with. */
export function shareOfUser(userId: string): HashShare {
  return { line: 'known', key: userId }
}

/** Of whoever comes from this address. */
export function shareOfAddress(visitor: Pick<Attempt, 'address'>): HashShare {
  return { line: 'open', key: networkOf(visitor) }
}

/** Of the account's own device, or else of the address. */
export function shareOfAttempt(attempt: Attempt): HashShare {
  const device = ownDevice(attempt)
  if (device !== null) return shareOfUser(device.userId)
  return { ...shareOfAddress(attempt), account: attempt.accountKey }
}

/**
 * Refuses a request whose hash would be refused, before its body is read.
 *
 * @throws {UnavailableError} When there is no room for its address, nor for its known device.
 */
export async function requireHashRoom(auth: Auth, visit: Visit): Promise<void> {
  if (auth.wiring.hashPool.hasRoom(shareOfAddress(visit))) return
  const device = await visit.device()
  if (device !== null && auth.wiring.hashPool.hasRoom(shareOfUser(device.userId))) return
  throw new UnavailableError({ retryAfter: 2 })
}
