import { hours, minutes } from '../duration.ts'
import { createLimiter } from './limiter.ts'
import type { Trier } from './login-throttle.ts'

/** Slows down those who create users in numbers, and those who guess the password of a session they found open. */
export interface AccountThrottle {
  /**
   * Counts a request to create a user.
   *
   * @throws {TooManyTriesError} When the address has sent too many.
   */
  countRegistration(address: Trier['address']): Promise<void>
  /**
   * Counts a failed change of a user's password, runs `change`, and takes the failure back unless it was one. A success
   * forgets them all.
   *
   * @throws {TooManyTriesError} When too many have failed; `change` isn't run then.
   */
  attemptChange<Outcome extends { readonly ok: boolean }>(
    userId: string,
    change: () => Promise<Outcome>,
  ): Promise<Outcome>
}

/** Counts in this process's memory: ten registrations an hour, and ten failed changes in fifteen minutes. */
export function createAccountThrottle(): AccountThrottle {
  const registrations = createLimiter({ points: 10, duration: hours(1) })
  const failedChanges = createLimiter({ points: 10, duration: minutes(15) })

  return {
    async countRegistration(address) {
      if (address !== null) await registrations.count(address.narrow)
    },

    async attemptChange(userId, change) {
      await failedChanges.count(userId)
      let failed = false
      try {
        const outcome = await change()
        failed = !outcome.ok
        if (outcome.ok) await failedChanges.reset(userId)
        return outcome
      } finally {
        if (!failed) await failedChanges.takeBack(userId)
      }
    },
  }
}

/** For apps that limit tries elsewhere. */
export const noAccountThrottle: AccountThrottle = {
  countRegistration: async () => undefined,
  attemptChange: (_userId, change) => change(),
}
