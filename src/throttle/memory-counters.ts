import { type Clock, systemClock } from '../clock.ts'
import { ConfigError } from '../errors.ts'
import { createForgetOldest } from '../forget-oldest.ts'
import type { CounterStore } from './counter-store.ts'

export interface MemoryCountersOptions {
  /** How many keys are kept; above it, the one counted longest ago is forgotten (default: 100,000). */
  readonly capacity?: number
  /** (default: the machine's) */
  readonly clock?: Clock
}

interface MemoryWindow {
  count: number
  readonly endsAtMs: number
}

/**
 * Counts in this process's memory, which it bounds. Its windows are of monotonic time: setting the machine's clock
 * moves none of them.
 *
 * @throws {ConfigError} When the capacity isn't a whole number from 1.
 */
export function memoryCounters({ capacity = 100_000, clock = systemClock }: MemoryCountersOptions = {}): CounterStore {
  if (!(Number.isSafeInteger(capacity) && capacity >= 1)) throw new ConfigError('capacity is a number of keys, from 1.')
  // In the order of last use: a key is deleted before it is added again.
  const windows = new Map<string, MemoryWindow>()
  const forgetOldest = createForgetOldest(windows)

  /** Whole milliseconds: sums and differences of others aren't exact. */
  const nowMs = (): number => Math.floor(clock.monotonicMs())

  function find(key: string): MemoryWindow | null {
    const window = windows.get(key)
    return window !== undefined && nowMs() < window.endsAtMs ? window : null
  }

  function keep(key: string, window: MemoryWindow): void {
    windows.delete(key)
    windows.set(key, window)
    if (windows.size > capacity) forgetOldest()
  }

  return {
    async count(key, limit, timespan) {
      const now = nowMs()
      const window = find(key) ?? { count: 0, endsAtMs: now + timespan * 1000 }
      keep(key, window)
      const counted = window.count < limit
      if (counted) window.count += 1
      return { counted, count: window.count, resetMs: window.endsAtMs - now }
    },

    async peek(key) {
      const window = find(key)
      return window === null ? { count: 0, resetMs: 0 } : { count: window.count, resetMs: window.endsAtMs - nowMs() }
    },

    async takeBack(key) {
      const window = find(key)
      if (window === null || window.count === 0) return
      window.count -= 1
      // Nothing is left to be counted, and room for those of whom something is.
      if (window.count === 0) windows.delete(key)
    },

    async forget(key) {
      windows.delete(key)
    },
  }
}
