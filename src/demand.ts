import { type Clock, systemClock } from './clock.ts'

/**
 * How much each key has asked for of late. What is scarce goes first to whoever has asked for least, so that nobody who
 * asks again and again comes before someone who asks for the first time.
 */
export interface Demand {
  /** What this key has asked for; half of it is forgotten every five minutes. */
  of(key: string): number
  /** Adds to it, or takes from it, and gives the sum. */
  add(key: string, amount: number): number
}

const halfLifeMs = 300_000
/** Of more keys, the one that asked longest ago is forgotten: by then it is as good as new. */
const capacity = 100_000

interface Asked {
  readonly amount: number
  readonly atMs: number
}

export function createDemand(clock: Clock = systemClock): Demand {
  // In the order of the last ask: a key is deleted before it is added again.
  const asked = new Map<string, Asked>()

  function of(key: string): number {
    const last = asked.get(key)
    return last === undefined ? 0 : last.amount * 2 ** ((last.atMs - clock.monotonicMs()) / halfLifeMs)
  }

  return {
    of,
    add(key, amount) {
      const sum = Math.max(0, of(key) + amount)
      asked.delete(key)
      asked.set(key, { amount: sum, atMs: clock.monotonicMs() })
      const [oldest = key] = asked.keys()
      if (asked.size > capacity) asked.delete(oldest)
      return sum
    },
  }
}
