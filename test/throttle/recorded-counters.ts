import type { CounterStore } from '../../src/throttle/counter-store.ts'
import { memoryCounters } from '../../src/throttle/memory-counters.ts'

/** A store in memory, and what it was asked, as `count login:request:203.0.113.7`. */
export function createRecordedCounters(): { readonly store: CounterStore; readonly asked: string[] } {
  const memory = memoryCounters()
  const asked: string[] = []
  const store: CounterStore = {
    ...memory,
    async count(key, limit, timespan) {
      asked.push(`count ${key}`)
      return memory.count(key, limit, timespan)
    },
    async peek(key) {
      asked.push(`peek ${key}`)
      return memory.peek(key)
    },
  }
  return { store, asked }
}

/** A store that fails. */
export function failingCounters(): CounterStore {
  const fail = (): Promise<never> => Promise.reject(new Error('Connection refused.'))
  return { count: fail, peek: fail, takeBack: fail, forget: fail }
}
