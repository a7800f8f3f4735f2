import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { counterStoreContract } from '../../src/testing/counter-store-contract.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import { memoryCounters } from '../../src/throttle/memory-counters.ts'

counterStoreContract('memoryCounters', async () => ({ store: memoryCounters() }))

describe('memoryCounters', () => {
  it('forgets the key counted longest ago, and no other (row 75)', async () => {
    const store = memoryCounters({ capacity: 3 })
    await store.count('a', 1, 60)
    await store.count('b', 1, 60)
    await store.count('c', 1, 60)
    await store.count('a', 1, 60)
    await store.count('d', 1, 60)

    expect((await store.peek('a')).count).toBe(1)
    expect((await store.peek('b')).count).toBe(0)
    expect((await store.peek('c')).count).toBe(1)
  })

  it('keeps no more than it may of a million names (row 75)', async () => {
    const store = memoryCounters({ capacity: 1_000 })
    const name = (index: number): string => `name-${index}`
    for (let index = 0; index < 1_000_000; index += 1) void store.count(name(index), 10, 900)
    const kept = await Promise.all(Array.from({ length: 10_000 }, (_, index) => store.peek(name(990_000 + index))))

    expect(kept.filter(({ count }) => count > 0)).toHaveLength(1_000)
  })

  it('blocks no longer, and no shorter, when the clock is set back (F9)', async () => {
    const clock = createMovableClock()
    const store = memoryCounters({ clock })
    await store.count('a', 1, 300)
    clock.move(-86_400)
    clock.move(299)
    const before = await store.count('a', 1, 300)
    clock.move(1)

    expect(before.counted).toBe(false)
    expect((await store.count('a', 1, 300)).counted).toBe(true)
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d as a capacity', (capacity) => {
    expect(() => memoryCounters({ capacity })).toThrow(ConfigError)
    expect(() => memoryCounters({ capacity })).toThrow('capacity is a number of keys, from 1.')
  })

  it('keeps the latest key alone where the capacity is one', async () => {
    const store = memoryCounters({ capacity: 1 })
    await store.count('a', 1, 60)
    await store.count('b', 1, 60)

    expect((await store.peek('a')).count).toBe(0)
    expect((await store.peek('b')).count).toBe(1)
  })

  it('keep nothing of what was taken back: a flood of it makes no other key forgotten', async () => {
    const counters = memoryCounters({ capacity: 10, clock: createMovableClock() })
    await counters.count('ann', 3, 60)
    for (let key = 0; key < 100; key += 1) {
      await counters.count(`flood ${key}`, 3, 60)
      await counters.takeBack(`flood ${key}`)
    }

    expect(await counters.peek('ann')).toMatchObject({ count: 1 })
  })
})
