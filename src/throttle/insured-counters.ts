import { type Clock, systemClock } from '../clock.ts'
import { type TimeLimit, within } from '../time-limit.ts'
import type { CounterStore } from './counter-store.ts'
import { memoryCounters } from './memory-counters.ts'

export interface InsuranceOptions {
  /** Is told of the failure of a store, at most every five seconds. */
  readonly onFailure: (error: unknown) => void
  readonly clock?: Clock
}

const answerLimit: TimeLimit = {
  ms: 1_000,
  error: () => new Error('The counter store did not answer within a second.'),
}
const pauseMs = 5_000

/**
 * A store that goes on counting when it fails, or doesn't answer within a second: in this process's memory, up to half
 * of each limit, for five seconds. Then it is asked again.
 */
export function insureCounters(
  store: CounterStore,
  { onFailure, clock = systemClock }: InsuranceOptions,
): CounterStore {
  const memory = memoryCounters({ clock })
  let askAgainAtMs = Number.NEGATIVE_INFINITY

  function noteFailure(error: unknown): void {
    const now = clock.monotonicMs()
    // Others that were waiting fail with it, and are one failure.
    if (now < askAgainAtMs) return
    askAgainAtMs = now + pauseMs
    onFailure(error)
  }

  async function ask<Result>(verb: (counters: CounterStore) => Promise<Result>, ofMemory = verb): Promise<Result> {
    if (clock.monotonicMs() < askAgainAtMs) return ofMemory(memory)
    try {
      return await within(answerLimit, verb(store))
    } catch (error) {
      // Whatever it is: a store that can't count must not let everyone pass, nor keep everyone out.
      noteFailure(error)
      return ofMemory(memory)
    }
  }

  return {
    count: (key, limit, timespan) =>
      ask(
        (counters) => counters.count(key, limit, timespan),
        (counters) => counters.count(key, strictly(limit), timespan),
      ),
    peek: (key) => ask((counters) => counters.peek(key)),
    takeBack: (key) => ask((counters) => counters.takeBack(key)),
    forget: (key) => ask((counters) => counters.forget(key)),
  }
}

/** Half of it; one stays one, and none none. */
function strictly(limit: number): number {
  return limit <= 1 ? limit : Math.floor(limit / 2)
}
