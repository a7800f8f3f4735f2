import { hours, minutes } from '../duration.ts'
import { countFailure } from './count-failure.ts'
import { createLimiter } from './limiter.ts'
import { type CountingOptions, createLimiterStores } from './limiter-stores.ts'
import type { KnownDevice, Trier } from './login-throttle.ts'

/** Whose password is to be changed, and from where. */
interface Changer {
  readonly userId: string
  /** Counts apart where it is one of the user's own: whoever guesses in a stolen session must not hold the owner up. */
  readonly device: KnownDevice | null
}

/** Slows down those who create users in numbers, and those who guess the password of a session they found open. */
export interface AccountThrottle {
  /**
   * Counts a request to create a user.
   *
   * @throws {TooManyTriesError} When the address, or its network, has sent too many.
   */
  countRegistration(address: Trier['address']): Promise<void>
  /**
   * Counts a failed change of a user's password, runs `change`, and takes the failure back unless it was one. A success
   * forgets them all.
   *
   * @throws {TooManyTriesError} When too many have failed; `change` isn't run then.
   */
  attemptChange<Outcome extends { readonly ok: boolean }>(
    changer: Changer,
    change: () => Promise<Outcome>,
  ): Promise<Outcome>
}

/** Ten registrations an hour, of an IPv6 /48 a hundred, and ten failed changes in fifteen minutes. */
export function createAccountThrottle(counting: CountingOptions = {}): AccountThrottle {
  const at = createLimiterStores(counting)
  const registrations = createLimiter({ points: 10, duration: hours(1) }, at('register:address'))
  const registrationsOfNetwork = createLimiter({ points: 100, duration: hours(1) }, at('register:network'))
  const failedChanges = createLimiter({ points: 10, duration: minutes(15) }, at('change:user'))

  return {
    async countRegistration(address) {
      if (address === null) return
      await registrations.count(address.narrow)
      await registrationsOfNetwork.count(address.wide)
    },

    async attemptChange({ userId, device }, change) {
      const key = device?.userId === userId ? `device:${device.id}` : userId
      const outcome = await countFailure([{ limiter: failedChanges, key }], change)
      if (outcome.ok) await failedChanges.reset(key)
      return outcome
    },
  }
}

/** For apps that limit tries elsewhere. */
export const noAccountThrottle: AccountThrottle = {
  countRegistration: async () => undefined,
  attemptChange: (_changer, change) => change(),
}
