import { hours } from '../duration.ts'
import { ConfigError } from '../errors.ts'
import type { LimiterStore } from './counters.ts'
import { type Budget, type Limit, checkLimit, isFull, storeKey, tooMany } from './limiter.ts'

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
