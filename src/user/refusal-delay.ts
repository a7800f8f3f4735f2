import { setTimeout as pause } from 'node:timers/promises'
import { foreignCost } from '../password/hash-forms.ts'
import type { HashPool } from '../password/hash-pool.ts'
import type { PasswordCheck } from '../password/password.ts'
import type { UserStore } from './user-store.ts'

/**
 * Holds every refused password back for as long as the dearest foreign hash takes, so that the time of a refusal doesn't
 * tell whose hash is still one of other software. It waits, and computes nothing; so no more wait at once than the hash pool
 * can check within the longest delay.
 */
export interface RefusalDelay {
  /** Takes note of a hash that someone may log in with. */
  see(stored: string): void
  /** Takes note of what the check of a password with a stored hash cost. */
  learn(stored: string, check: PasswordCheck): void
  /** Waits for the rest of what the dearest hash takes, after a check that cost something already. */
  holdBack(check: PasswordCheck): Promise<void>
}

export interface RefusalDelayOptions {
  readonly openUsers: () => Promise<UserStore>
  readonly hashPool: HashPool
  /** (default: by a timer) */
  readonly wait?: (milliseconds: number) => Promise<unknown>
}

/** A hash that costs more than this, in milliseconds, isn't hidden as a whole. */
const longestDelayMs = 10_000
/** Where to look for users with foreign hashes, and how many to look at in each place. */
const lookedAt = [null, 'g', 'n', 't'] as const
const sampleSize = 50
/** A single slow check counts for less with each that isn't. */
const fading = 0.9

/** Looks at nothing, and computes nothing, before the first refusal. */
export function createRefusalDelay({ openUsers, hashPool, wait = pause }: RefusalDelayOptions): RefusalDelay {
  /** What each cost took, in milliseconds, by its name. */
  const slowest = new Map<string, number>()
  /** Of all hashes that were seen or computed. */
  let dearestRoughMs = 0
  /** The one that is it, where it was only seen. */
  let unmeasured: string | null = null
  let looking: Promise<void> | null = null
  let measuring: Promise<void> | null = null

  function see(stored: string): void {
    const cost = foreignCost(stored)
    if (cost === null || cost.roughMs <= dearestRoughMs) return
    dearestRoughMs = cost.roughMs
    unmeasured = stored
  }

  function learn(stored: string, { foreignMs }: PasswordCheck): void {
    const cost = foreignCost(stored)
    if (cost === null || foreignMs === undefined) return
    slowest.set(cost.name, Math.max(foreignMs, (slowest.get(cost.name) ?? 0) * fading))
    dearestRoughMs = Math.max(dearestRoughMs, cost.roughMs)
  }

  /** Other processes, and this one before it was started again, may have imported users. */
  async function look(): Promise<void> {
    try {
      const users = await openUsers()
      for (const after of lookedAt) {
        for (const { passwordHash } of await users.list(after, sampleSize)) see(passwordHash)
      }
    } catch {
      // The refusal stands whether the database answers or not; the next one looks again.
      looking = null
    }
  }

  async function measure(): Promise<void> {
    try {
      while (unmeasured !== null) {
        const stored: string = unmeasured
        unmeasured = null
        learn(stored, await hashPool.check('', stored))
      }
    } catch {
      // The pool is full. The next refusal looks again.
      dearestRoughMs = 0
      looking = null
    } finally {
      measuring = null
    }
  }

  return {
    see,
    learn,
    async holdBack({ foreignMs = 0 }) {
      await (looking ??= look())
      if (unmeasured !== null || measuring !== null) await (measuring ??= measure())
      const restMs = Math.min(longestDelayMs, Math.max(0, ...slowest.values())) - foreignMs
      if (restMs > 0) await wait(restMs)
    },
  }
}
