import { hours } from '../duration.ts'
import { TooManyTriesError } from '../errors.ts'
import { type Attempt, networkOf } from './attempt.ts'
import { createBackoff } from './backoff.ts'
import type { OpenCounters } from './counters.ts'
import { type Limit, countIfRoom, createLimiter, keyOfPair } from './limiter.ts'
import type { PurposeLimits } from './limits.ts'
import { type Reservation, type Reserve, reserveTogether } from './reservations.ts'

/** What fails at accounts from unknown devices. */
export interface AccountFailures {
  /**
   * Reserves a failure: one of the account's; where there is none left, one of those that are kept for networks that
   * haven't failed at it. So whoever never stops guessing takes the account's, and its owner gets in from elsewhere.
   *
   * @throws {TooManyTriesError} When there is neither. It tells when the account has one again.
   */
  reserve(attempt: Attempt): Promise<Reservation>
  /** Has the network count as one that has failed at the account. */
  note(attempt: Attempt): Promise<void>
  /** Forgets what failed at the account. */
  forget(attempt: Attempt): Promise<void>
}

const unlimited: AccountFailures = {
  reserve: async () => ({ keep: () => undefined, giveBack: async () => undefined }),
  note: async () => undefined,
  forget: async () => undefined,
}

export function createAccountFailures(
  { failuresPerAccount, newcomersPerAccount }: Partial<PurposeLimits>,
  openCounters: OpenCounters,
  reserve: Reserve,
): AccountFailures {
  if (failuresPerAccount === undefined) return unlimited
  const ofAccount = createBackoff(failuresPerAccount, openCounters('failuresPerAccount'))
  const newcomers =
    newcomersPerAccount === undefined ? null : createNewcomers(newcomersPerAccount, openCounters, reserve)

  return {
    async reserve(attempt) {
      try {
        return await reserve({ budget: ofAccount, key: attempt.accountKey })
      } catch (refusal) {
        // Of those whose address is unknown nobody can be told to be new.
        if (!(refusal instanceof TooManyTriesError) || newcomers === null || attempt.address === null) throw refusal
        return newcomers.reserve(attempt).catch((error: unknown) => {
          throw error instanceof TooManyTriesError ? refusal : error
        })
      }
    },

    note: async (attempt) => newcomers?.note(attempt),

    async forget(attempt) {
      await ofAccount.reset(attempt.accountKey)
      await newcomers?.forget(attempt)
    },
  }
}

/** How many times as many newcomers get a place in 24 hours. */
const newcomersOfDay = 40

function createNewcomers({ points, duration }: Limit, open: OpenCounters, reserve: Reserve): AccountFailures {
  // Whoever comes so far has waited for what other processes look at.
  const openCounters: OpenCounters = (name) => ({ ...open(name), isShared: false })
  const perNetwork = createLimiter({ points: 1, duration: hours(24) }, openCounters('failuresAsNewcomer'))
  const perAccount = createLimiter({ points, duration }, openCounters('newcomersPerAccount'))
  const perDay = createLimiter(
    { points: points * newcomersOfDay, duration: hours(24) },
    openCounters('newcomersPerDay'),
  )
  const pairOf = (attempt: Attempt): string => keyOfPair(attempt.accountKey, networkOf(attempt))

  return {
    reserve: (attempt) =>
      reserveTogether([
        () => reserve({ budget: perNetwork, key: pairOf(attempt) }),
        () => reserve({ budget: perAccount, key: attempt.accountKey }),
        () => reserve({ budget: perDay, key: attempt.accountKey }),
      ]),
    note: (attempt) => countIfRoom(perNetwork, pairOf(attempt)),
    forget: (attempt) => perNetwork.reset(pairOf(attempt)),
  }
}
