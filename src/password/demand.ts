import { type Clock, systemClock } from '../clock.ts'
import { minutes } from '../duration.ts'
import { createForgetOldest } from '../forget-oldest.ts'

/**
 * How much each key has had of late. What is scarce goes first to whoever has had least, so that nobody who asks again
 * and again comes before someone who asks for the first time.
 */
export interface Demand {
  /** What this key has had; half of it is forgotten every half an hour. */
  of(key: string): number
  /** Adds to it, or takes from it, and gives the sum. */
  add(key: string, amount: number): number
}

const halfLifeMs = minutes(30) * 1000
/** Of more keys, the one that was changed longest ago is forgotten: by then it is as good as new. */
const capacity = 100_000

interface Had {
  readonly amount: number
  readonly atMs: number
}

export function createDemand(clock: Clock = systemClock): Demand {
  // In the order of the last change: a key is deleted before it is added again.
  const hadByKey = new Map<string, Had>()
  const forgetOldest = createForgetOldest(hadByKey)

  function of(key: string): number {
    const last = hadByKey.get(key)
    return last === undefined ? 0 : last.amount * 2 ** ((last.atMs - clock.monotonicMs()) / halfLifeMs)
  }

  return {
    of,
    add(key, amount) {
      const sum = Math.max(0, of(key) + amount)
      hadByKey.delete(key)
      hadByKey.set(key, { amount: sum, atMs: clock.monotonicMs() })
      if (hadByKey.size > capacity) forgetOldest()
      return sum
    },
  }
}
