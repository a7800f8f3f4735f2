import type { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { TooManyTriesError } from '../errors.ts'

/** Counts by key in fixed windows, in memory. */
export interface Limiter {
  /** Counts one; throws `TooManyTriesError`, and counts nothing, when that would be above the limit. Atomic. */
  count(key: string): Promise<void>
  /** Throws `TooManyTriesError` when the limit is reached; counts nothing. */
  require(key: string): Promise<void>
  /** How many are counted. */
  peek(key: string): Promise<number>
  /** Takes one back, where there is one. */
  takeBack(key: string): Promise<void>
  /** Forgets the key. */
  reset(key: string): Promise<void>
}

/** How many, in how long. */
export interface Limit {
  readonly points: number
  /** Seconds. */
  readonly duration: number
}

const maxRetryAfter = 900

/** @param capacity - How many keys are kept; above it, the one counted longest ago is forgotten. */
export function createLimiter({ points, duration }: Limit, capacity = 100_000): Limiter {
  // In the order of last use: a key is deleted before it is added again.
  const keys = new Set<string>()
  let opening: Promise<RateLimiterMemory> | undefined

  function open(): Promise<RateLimiterMemory> {
    opening ??= import('rate-limiter-flexible').then((module) => new module.RateLimiterMemory({ points, duration }))
    return opening
  }

  /** In one go with what is counted next: a key must not be forgotten before it is there. */
  function remember(limiter: RateLimiterMemory, key: string): void {
    keys.delete(key)
    keys.add(key)
    const [oldest] = keys
    if (keys.size <= capacity || oldest === undefined) return
    keys.delete(oldest)
    void limiter.delete(oldest)
  }

  return {
    async count(key) {
      const limiter = await open()
      remember(limiter, key)
      const state = await consume(limiter, key)
      if (state.consumedPoints <= points) return
      await limiter.reward(key, 1)
      throw tooMany(state)
    },

    async require(key) {
      const state = await (await open()).get(key)
      if (state !== null && state.consumedPoints >= points) throw tooMany(state)
    },

    async peek(key) {
      return (await (await open()).get(key))?.consumedPoints ?? 0
    },

    async takeBack(key) {
      const limiter = await open()
      const state = await limiter.get(key)
      if (state !== null && state.consumedPoints > 0) await limiter.reward(key, 1)
    },

    async reset(key) {
      keys.delete(key)
      await (await open()).delete(key)
    },
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key, 1)
  } catch (refused) {
    // The library rejects with the same result that it resolves with; anything else is a fault.
    if (refused instanceof Error) throw refused
    return refused as RateLimiterRes
  }
}

function tooMany({ msBeforeNext }: RateLimiterRes): TooManyTriesError {
  return new TooManyTriesError(Math.min(maxRetryAfter, Math.max(1, Math.ceil(msBeforeNext / 1000))))
}
