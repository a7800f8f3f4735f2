import { hours } from '../duration.ts'
import { TooManyTriesError } from '../errors.ts'
import { type AddressKeys, type Attempt, type KnownDevice, ownDevice } from './attempt.ts'
import type { OpenCounters } from './counters.ts'
import { type Limiter, countIfRoom, createLimiter } from './limiter.ts'
import type { Limits, Purpose, PurposeLimits } from './default-limits.ts'
import { type PurposeThrottle, createPurposeThrottle } from './purpose.ts'
import { createReserve } from './reservations.ts'

/** Who is asked about: what is known of a try that may not have been made yet. */
export type Visitor = Pick<Attempt, 'address'> & Partial<Attempt>

/** Slows down those who guess passwords, and those who ask too often. */
export interface Throttle {
  /**
   * Counts a request before anything of it is read.
   *
   * @param findDevice - Asked where the address has no room: a known device has room of its own (default: there is none).
   * @throws {TooManyTriesError} When the address has sent too many, or has failed too often.
   */
  requireRoom(
    purpose: 'login' | 'register',
    address: AddressKeys | null,
    findDevice?: () => Promise<KnownDevice | null>,
  ): Promise<void>
  /**
   * Reserves a failure, runs `check`, and gives it back unless it was one. Reserved before the check, so that tries in
   * parallel can't pass the limit together; and where all that are left are reserved, the next try waits for what becomes
   * of them. A success counts in a budget of its own, and forgets the failures of the account from unknown devices, or
   * those of the known device; never the address's. A try that is refused counts for nothing: no password was looked at.
   *
   * @throws {TooManyTriesError} When the address or the account has failed, or succeeded, too often; `check` isn't run then.
   */
  attempt<Outcome extends { readonly ok: boolean }>(
    purpose: 'login' | 'change',
    attempt: Attempt,
    check: () => Promise<Outcome>,
  ): Promise<Outcome>
  /**
   * Whether three logins or more have failed of this name from unknown devices, of this address, or of the account's own
   * device: for asking for more than a password. Counts nothing. It goes by what was typed and not by whose it is, so
   * that it doesn't tell which names and addresses are one account's.
   */
  isSuspicious(visitor: Visitor): Promise<boolean>
}

const suspiciousFailures = 3

export function createThrottle(limits: Limits, openCounters: OpenCounters): Throttle {
  const reserve = createReserve()
  const createPurpose = (purpose: Purpose, own: Partial<PurposeLimits>): PurposeThrottle =>
    createPurposeThrottle(own, (name) => openCounters(`${purpose}:${name}`), reserve)
  const purposes: Readonly<Record<Purpose, PurposeThrottle>> = {
    login: createPurpose('login', limits.login),
    register: createPurpose('register', limits.register),
    change: createPurpose('change', limits.change),
  }
  const perName = createLimiter(
    { points: suspiciousFailures, duration: hours(24) },
    openCounters('login:failuresPerName'),
  )

  return {
    async requireRoom(purpose, address, findDevice = async () => null) {
      const { requireRoom, requests } = purposes[purpose]
      try {
        await requireRoom(address)
      } catch (error) {
        if (!(error instanceof TooManyTriesError)) throw error
        const device = await findDevice()
        if (device === null) throw error
        await requests?.count(`device:${device.id}`)
      }
    },

    async attempt(purpose, attempt, check) {
      const outcome = await purposes[purpose].attempt(attempt, check)
      const { nameKey = null } = attempt
      if (nameKey !== null && ownDevice(attempt) === null) {
        await (outcome.ok ? perName.reset(nameKey) : countIfRoom(perName, nameKey))
      }
      return outcome
    },

    async isSuspicious(visitor) {
      const isMany = async (limiter: Limiter | null, key: string | null = null): Promise<boolean> =>
        limiter !== null && key !== null && (await limiter.peek(key)) >= suspiciousFailures

      const device = ownDevice(visitor)
      if (device !== null) return isMany(purposes.login.failuresPerDevice, device.id)
      return (
        (await isMany(perName, visitor.nameKey)) || isMany(purposes.login.failuresPerAddress, visitor.address?.narrow)
      )
    },
  }
}

/** For apps that limit tries elsewhere, and for development on one machine. */
export const noThrottle: Throttle = {
  requireRoom: async () => undefined,
  attempt: (_purpose, _attempt, check) => check(),
  isSuspicious: async () => false,
}
