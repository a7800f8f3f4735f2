import type { Clock } from '../clock.ts'

/** A clock that stands still until a test moves it. */
export interface MovableClock extends Clock {
  /** Moves the time by so many seconds. Back, it moves the time of day alone: monotonic time never goes back. */
  move(seconds: number): void
}

/**
 * @param start - The time of day to begin with.
 *
 * @example
 * const clock = createMovableClock()
 * const auth = createAuth({ store: memoryStore(), clock })
 * clock.move(hours(25))
 */
export function createMovableClock(start: Date = new Date('2030-01-01T12:00:00Z')): MovableClock {
  let now = start.getTime()
  let monotonic = 0

  return {
    now: () => new Date(now),
    monotonicMs: () => monotonic,
    move(seconds) {
      now += seconds * 1000
      monotonic += Math.max(0, seconds * 1000)
    },
  }
}
