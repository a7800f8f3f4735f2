import { hours } from '../duration.ts'
import { ConfigError, TooManyTriesError } from '../errors.ts'
import { type Attempt, networkOf } from './attempt.ts'
import type { LimiterStore, OpenCounters } from './counters.ts'
import {
  type Budget,
  type Limit,
  checkLimit,
  countIfRoom,
  createLimiter,
  isFull,
  keyOfPair,
  storeKey,
  tooMany,
} from './limiter.ts'
import type { PurposeLimits } from './default-limits.ts'
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

const streakDuration = hours(24)

/**
 * Lets `points` through, then one after each delay. The delay begins with a fifteenth of `duration` and doubles up to
 * all of it. After 24 hours, or a reset, it begins anew. So nobody is locked out for longer than `duration`, and
 * whoever never stops gets few tries in a day.
 *
 * @throws {ConfigError} When the limit isn't one.
 */
export function createBackoff({ points, duration }: Limit, { store, prefix, isShared, clock }: LimiterStore): Budget {
  checkLimit({ points, duration })
  if (points === 0) throw new ConfigError('failuresPerAccount is a limit of 1 point or more.')
  const keysOf = (key: string): { free: string; gate: string; steps: string } => ({
    free: storeKey(`${prefix}free:`, key),
    gate: storeKey(`${prefix}gate:`, key),
    steps: storeKey(`${prefix}steps:`, key),
  })

  return {
    prefix,
    isShared,

    async count(key) {
      const { free, gate, steps } = keysOf(key)
      const closed = await store.peek(gate)
      if (isFull(closed, 1, duration)) throw tooMany(closed.resetMs)
      // The last of the free ones closes the gate, too: or one more would get through with it.
      if ((await store.count(free, points - 1, streakDuration)).counted) return () => store.takeBack(free)

      const delay = Math.min(duration, Math.ceil(duration / 15) * 2 ** (await store.peek(steps)).count)
      const { counted, resetMs } = await store.count(gate, 1, delay)
      if (!counted) throw tooMany(resetMs)
      await store.count(steps, Number.MAX_SAFE_INTEGER, streakDuration)
      const opensAtMs = clock.monotonicMs() + resetMs
      return async () => {
        await store.takeBack(steps)
        // It is somebody else's since.
        if (clock.monotonicMs() < opensAtMs) await store.forget(gate)
      }
    },

    async reset(key) {
      for (const part of Object.values(keysOf(key))) await store.forget(part)
    },
  }
}
