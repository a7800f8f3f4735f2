import type { CounterStore } from './counter-store.ts'
import { insureCounters } from './insured-counters.ts'
import type { LimiterStore } from './limiter.ts'
import { memoryCounters } from './memory-counters.ts'

export interface CountingOptions {
  /** Where it is counted, for several processes (default: this process's memory, which is bounded). */
  readonly store?: CounterStore | null
  /** Is told when the store fails; up to half of each limit is then counted in memory (default: it is printed). */
  readonly onStoreFailure?: (error: unknown) => void
}

/** Gives each limiter of a throttle its store. */
export function createLimiterStores({
  store = null,
  onStoreFailure = printFailure,
}: CountingOptions): (prefix: string) => LimiterStore {
  const shared = store === null ? null : insureCounters(store, { onFailure: onStoreFailure })
  // In memory each has room of its own, so that a flood of one kind makes nobody forget the others.
  return (prefix) => ({ store: shared ?? memoryCounters(), prefix: `${prefix}:` })
}

function printFailure(error: unknown): void {
  console.error('latchkey: the counter store failed; tries are counted in memory.', error)
}
