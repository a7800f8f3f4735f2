import type { Clock } from '../clock.ts'
import type { CounterStore } from './counter-store.ts'
import { insureCounters } from './insured-counters.ts'
import { memoryCounters } from './memory-counters.ts'

/** Where a limiter counts, and what stands before its keys there. */
export interface LimiterStore {
  readonly store: CounterStore
  readonly prefix: string
  /** Whether other processes count there, too. */
  readonly isShared: boolean
  readonly clock: Clock
}

/**
 * Gives each limiter its counters: a prefix of its own in `store` (default: in those of the app), or a part of this
 * process's memory where there is none.
 */
export type OpenCounters = (name: string, store?: CounterStore | null) => LimiterStore

export interface CountersOptions {
  /** Those of the app; `null`: this process's memory. */
  readonly counters: CounterStore | null
  readonly clock: Clock
  /** Is told when they fail; up to half of each limit is then counted in memory. */
  readonly onFailure: (error: unknown) => void
}

export function createOpenCounters({ counters, clock, onFailure }: CountersOptions): OpenCounters {
  const insure = (store: CounterStore): CounterStore => insureCounters(store, { onFailure, clock })
  const ofApp = counters === null ? null : insure(counters)

  return function openCounters(name, own = null) {
    const shared = own === null ? ofApp : insure(own)
    // In memory each has room of its own, so that a flood of one kind makes nobody forget the others.
    return { store: shared ?? memoryCounters({ clock }), prefix: `${name}:`, isShared: shared !== null, clock }
  }
}
