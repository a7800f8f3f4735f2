import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLimiterStores } from '../../src/throttle/limiter-stores.ts'
import { failingCounters } from './recorded-counters.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('createLimiterStores', () => {
  it('tells of a store that fails', async () => {
    const failures: unknown[] = []
    const at = createLimiterStores({ store: failingCounters(), onStoreFailure: (error) => void failures.push(error) })
    await at('a').store.count('ann', 1, 60)

    expect(failures).toEqual([new Error('Connection refused.')])
  })

  it('prints it where nobody is told (F18)', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await createLimiterStores({ store: failingCounters() })('a').store.count('ann', 1, 60)

    expect(print.mock.calls).toEqual([
      ['latchkey: the counter store failed; tries are counted in memory.', new Error('Connection refused.')],
    ])
  })
})
