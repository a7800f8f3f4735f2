import { crypto } from '../crypto.ts'
import { days } from '../duration.ts'
import { ConfigError, TooManyTriesError } from '../errors.ts'
import type { Tally } from './counter-store.ts'
import type { LimiterStore } from './counters.ts'

/** Counts by key, up to a limit, and takes back. */
export interface Budget {
  /** Its own; no other's keys begin with it. */
  readonly prefix: string
  /** Whether other processes count there, too. */
  readonly isShared: boolean
  /**
   * Counts one, in one atomic step, and gives what takes it back while its window lasts.
   *
   * @throws {TooManyTriesError} When that would be above the limit; nothing is counted then.
   */
  count(key: string): Promise<TakeBack>
  /** Forgets the key. */
  reset(key: string): Promise<void>
}

/** A budget that can be looked at. */
export interface Limiter extends Budget {
  /** Throws `TooManyTriesError` when the limit is reached; counts nothing. */
  require(key: string): Promise<void>
  /** How many are counted. */
  peek(key: string): Promise<number>
}

/** Takes back what was counted. */
export type TakeBack = () => Promise<void>

/** How many, in how long. */
export interface Limit {
  /** How many; 0 lets nobody through. */
  readonly points: number
  /** Seconds. */
  readonly duration: number
}

const maxRetryAfter = 900
const longestDuration = days(366)
const clockSkewMs = 300_000

/**
 * In fixed windows.
 *
 * @throws {ConfigError} When the limit isn't one.
 */
export function createLimiter({ points, duration }: Limit, { store, prefix, isShared, clock }: LimiterStore): Limiter {
  checkLimit({ points, duration })
  return {
    prefix,
    isShared,

    async count(key) {
      const { counted, resetMs } = await store.count(storeKey(prefix, key), points, duration)
      if (!counted) throw tooMany(resetMs)
      // From the next window, which others may fill meanwhile, it would take what it never gave.
      const endsAtMs = clock.monotonicMs() + resetMs
      return async () => {
        if (clock.monotonicMs() < endsAtMs) await store.takeBack(storeKey(prefix, key))
      }
    },

    async require(key) {
      const tally = await store.peek(storeKey(prefix, key))
      if (isFull(tally, points, duration)) throw tooMany(tally.resetMs)
    },

    peek: async (key) => (await store.peek(storeKey(prefix, key))).count,
    reset: (key) => store.forget(storeKey(prefix, key)),
  }
}

/** Counts one where the limit isn't reached. */
export async function countIfRoom(budget: Budget, key: string): Promise<void> {
  try {
    await budget.count(key)
  } catch (error) {
    if (!(error instanceof TooManyTriesError)) throw error
  }
}

/** One key for two that belong together. The account's stands last: what is typed can't be taken for another network. */
export function keyOfPair(accountKey: string, network: string): string {
  return `${network} ${accountKey}`
}

/** A long key, which a client may have chosen, by its hash: stores keep keys of at most 255 characters. */
export function storeKey(prefix: string, key: string): string {
  return prefix + (key.length <= 128 ? key : `sha256:${crypto().hash('sha256', key)}`)
}

/** @throws {ConfigError} When it is no limit. */
export function checkLimit(limit: Partial<Limit> | null | undefined, option = 'A limit'): asserts limit is Limit {
  const { points = -1, duration = 0 } = limit ?? {}
  if (Number.isSafeInteger(points) && points >= 0 && duration >= 1 && duration <= longestDuration) return
  throw new ConfigError(
    `${option} is a whole number of points, from 0, in a number of seconds, at most a year, like { points: 10, duration: minutes(15) }.`,
  )
}

/** A window that ends later than any can was begun before a clock was set back: it holds nobody up. */
export function isFull({ count, resetMs }: Tally, points: number, duration: number): boolean {
  return count >= points && resetMs <= duration * 1000 + clockSkewMs
}

export function tooMany(resetMs: number): TooManyTriesError {
  return new TooManyTriesError(Math.min(maxRetryAfter, Math.max(1, Math.ceil(resetMs / 1000))))
}
