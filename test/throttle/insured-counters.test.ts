import { afterEach, describe, expect, it, vi } from 'vitest'
import { counterStoreContract } from '../../src/testing/counter-store-contract.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import type { CounterStore } from '../../src/throttle/counter-store.ts'
import { insureCounters } from '../../src/throttle/insured-counters.ts'
import { memoryCounters } from '../../src/throttle/memory-counters.ts'

afterEach(() => {
  vi.useRealTimers()
})

counterStoreContract('an insured store', async () => ({
  store: insureCounters(memoryCounters(), { onFailure: () => undefined }),
}))

function createWorld() {
  const clock = createMovableClock()
  const failures: unknown[] = []
  const asked: string[] = []
  const behind = memoryCounters({ clock })
  let answer: () => Promise<void> = async () => undefined
  const store: CounterStore = {
    ...behind,
    async count(...args) {
      asked.push('count')
      await answer()
      return behind.count(...args)
    },
  }
  const insured = insureCounters(store, { onFailure: (error) => void failures.push(error), clock })
  return { clock, failures, asked, behind, insured, answerBy: (next: () => Promise<void>) => void (answer = next) }
}

const fail = (): Promise<never> => Promise.reject(new Error('Connection refused.'))

async function countOf(store: CounterStore, times: number, limit: number): Promise<number> {
  const counted = await Promise.all(Array.from({ length: times }, () => store.count('a', limit, 60)))
  return counted.filter((each) => each.counted).length
}

describe('insureCounters', () => {
  it('counts up to half the limit in memory when the store fails, and tells so once (F18)', async () => {
    const { insured, failures, answerBy } = createWorld()
    answerBy(fail)

    expect(await countOf(insured, 50, 10)).toBe(5)
    expect(failures).toEqual([new Error('Connection refused.')])
  })

  it.each([
    [0, 0],
    [1, 1],
    [2, 1],
    [5, 2],
  ])('turns a limit of %d into one of %d', async (limit, strict) => {
    const { insured, answerBy } = createWorld()
    answerBy(fail)

    expect(await countOf(insured, 50, limit)).toBe(strict)
  })

  it('asks a store that failed again after five seconds, and no sooner', async () => {
    const { insured, asked, failures, clock, answerBy } = createWorld()
    answerBy(fail)
    await countOf(insured, 1, 10)
    clock.move(4)
    await countOf(insured, 20, 10)
    const before = asked.length
    clock.move(1)
    await countOf(insured, 1, 10)

    expect(before).toBe(1)
    expect(asked).toHaveLength(2)
    expect(failures).toHaveLength(2)
  })

  it('begins anew in memory after the window, too', async () => {
    const { insured, clock, answerBy } = createWorld()
    answerBy(fail)
    await countOf(insured, 50, 10)
    clock.move(60)

    expect(await countOf(insured, 50, 10)).toBe(5)
  })

  it('goes on with what the store had counted, when it is back', async () => {
    const { insured, clock, answerBy } = createWorld()
    await countOf(insured, 8, 10)
    answerBy(fail)
    await countOf(insured, 50, 10)
    answerBy(async () => undefined)
    clock.move(5.1)

    expect(await countOf(insured, 50, 10)).toBe(2)
  })

  it('never opens, however long the store is down (F18)', async () => {
    const { insured, clock, failures, answerBy } = createWorld()
    answerBy(fail)
    const rounds = Array.from({ length: 11 }, () => async () => {
      clock.move(5.1)
      return countOf(insured, 50, 10)
    })
    let counted = 0
    for (const round of rounds) counted += await round()

    expect(counted).toBe(5)
    expect(failures).toHaveLength(11)
  })

  it('waits no longer than a second for a store that doesn’t answer (F4)', async () => {
    vi.useFakeTimers()
    const { insured, failures, answerBy } = createWorld()
    answerBy(() => new Promise(() => undefined))
    const counting = countOf(insured, 20, 10)
    await vi.advanceTimersByTimeAsync(1_000)

    expect(await counting).toBe(5)
    expect(failures).toEqual([new Error('The counter store did not answer within a second.')])
  })

  it('leaves no timer behind when the store has answered', async () => {
    vi.useFakeTimers()
    const { insured, answerBy } = createWorld()
    await countOf(insured, 1, 10)
    answerBy(fail)
    await countOf(insured, 1, 10)

    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes a store that throws at once for one that fails', async () => {
    const broken = new Error('A bug.')
    const failures: unknown[] = []
    const store: CounterStore = {
      ...memoryCounters(),
      count() {
        throw broken
      },
    }
    const insured = insureCounters(store, { onFailure: (error) => void failures.push(error) })

    expect(await insured.count('a', 2, 60)).toMatchObject({ counted: true })
    expect(failures).toEqual([broken])
  })
})
