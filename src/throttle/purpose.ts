import { createAccountFailures } from './account-failures.ts'
import { type AddressKeys, type Attempt, networkOf, ownDevice } from './attempt.ts'
import type { OpenCounters } from './counters.ts'
import { type Limiter, createLimiter, keyOfPair } from './limiter.ts'
import type { PurposeLimits } from './default-limits.ts'
import { type Reservation, type Reserve, reserveAll, reserveTogether } from './reservations.ts'

/** What is counted for one purpose. A limit that it doesn't have holds nobody up. */
export interface PurposeThrottle {
  /** Of one address, or of one known device; `null`: they aren't limited. */
  readonly requests: Limiter | null
  readonly failuresPerAddress: Limiter | null
  readonly failuresPerDevice: Limiter | null
  /** Counts a request. */
  requireRoom(address: AddressKeys | null): Promise<void>
  /** Runs `check` with a failure and a success reserved, of which one stays. */
  attempt<Outcome extends { readonly ok: boolean }>(attempt: Attempt, check: () => Promise<Outcome>): Promise<Outcome>
}

export function createPurposeThrottle(
  limits: Partial<PurposeLimits>,
  openCounters: OpenCounters,
  reserve: Reserve,
): PurposeThrottle {
  function limiterOf(name: keyof PurposeLimits): Limiter | null {
    const limit = limits[name]
    return limit === undefined ? null : createLimiter(limit, openCounters(name))
  }
  const requests = limiterOf('requestsPerAddress')
  const requestsPerNetwork = limiterOf('requestsPerNetwork')
  const failuresPerAddress = limiterOf('failuresPerAddress')
  const failuresPerNetwork = limiterOf('failuresPerNetwork')
  const failuresPerDevice = limiterOf('failuresPerDevice')
  const successesPerAccount = limiterOf('successesPerAccount')
  const accounts = createAccountFailures(limits, openCounters, reserve)

  const place = (budget: Limiter | null, key: string | undefined) => async (): Promise<Reservation> =>
    budget === null || key === undefined ? nothing : reserve({ budget, key })

  async function room(budget: Limiter | null, key: string): Promise<void> {
    if (budget !== null) await reserve.room({ budget, key })
  }

  function reserveFailure(attempt: Attempt): Promise<Reservation> {
    const device = ownDevice(attempt)
    if (device !== null) return place(failuresPerDevice, device.id)()
    return reserveTogether([
      place(failuresPerAddress, attempt.address?.narrow),
      place(failuresPerNetwork, networkOf(attempt)),
      () => accounts.reserve(attempt),
    ])
  }

  async function forgetFailures(attempt: Attempt): Promise<void> {
    const device = ownDevice(attempt)
    if (device === null) await accounts.forget(attempt)
    else await failuresPerDevice?.reset(device.id)
  }

  async function noteFailure(attempt: Attempt): Promise<void> {
    if (ownDevice(attempt) === null) await accounts.note(attempt)
  }

  return {
    requests,
    failuresPerAddress,
    failuresPerDevice,

    async requireRoom(address) {
      const network = networkOf({ address })
      if (address !== null) await room(failuresPerAddress, address.narrow)
      await room(failuresPerNetwork, network)
      // Where failures are counted, a crowd's right tries are no concern.
      const isCrowd = address?.isCrowd === true && failuresPerAddress !== null
      if (address !== null && !isCrowd) await requests?.count(address.narrow)
      await requestsPerNetwork?.count(network)
    },

    async attempt(attempt, check) {
      const reserveSuccess = place(successesPerAccount, keyOfPair(attempt.accountKey, networkOf(attempt)))
      const [success = nothing, failure = nothing] = await reserveAll([reserveSuccess, () => reserveFailure(attempt)])
      let hasFailed = false
      let hasSucceeded = false
      try {
        const outcome = await check()
        hasSucceeded = outcome.ok
        hasFailed = !outcome.ok
        return outcome
      } finally {
        const noted = hasFailed ? noteFailure(attempt) : null
        // Whatever becomes of that, somebody may wait for these.
        await Promise.allSettled([noted])
        await Promise.all([settle(failure, hasFailed), settle(success, hasSucceeded), noted])
        if (hasSucceeded) await forgetFailures(attempt)
      }
    },
  }
}

async function settle(reservation: Reservation, stays: boolean): Promise<void> {
  if (stays) reservation.keep()
  else await reservation.giveBack()
}

const nothing: Reservation = { keep: () => undefined, giveBack: async () => undefined }
