import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../../src/clock.ts'
import { ConfigError, TooManyTriesError } from '../../src/errors.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import type { CounterStore } from '../../src/throttle/counter-store.ts'
import type { LimiterStore } from '../../src/throttle/counters.ts'
import { type Limit, createLimiter, storeKey } from '../../src/throttle/limiter.ts'
import { memoryCounters } from '../../src/throttle/memory-counters.ts'

const limit = { points: 3, duration: 300 }

function inMemory(clock: Clock): LimiterStore {
  return { store: memoryCounters({ clock }), prefix: '', isShared: false, clock }
}

function createWorld(ofLimit: Limit = limit) {
  const clock = createMovableClock()
  return { clock, limiter: createLimiter(ofLimit, inMemory(clock)) }
}

async function count(limiter: ReturnType<typeof createLimiter>, key: string, times: number): Promise<number> {
  const counted = await Promise.allSettled(Array.from({ length: times }, () => limiter.count(key)))
  return counted.filter(({ status }) => status === 'fulfilled').length
}

describe('createLimiter', () => {
  it('counts up to the limit, and refuses what is above it', async () => {
    const { limiter } = createWorld()

    expect(await count(limiter, 'a', 3)).toBe(3)
    await expect(limiter.count('a')).rejects.toThrow(TooManyTriesError)
    await expect(limiter.count('b')).resolves.toBeTypeOf('function')
  })

  it('lets exactly so many of 500 in parallel through (row 76)', async () => {
    expect(await count(createWorld({ points: 20, duration: 300 }).limiter, 'a', 500)).toBe(20)
  })

  it('does not count what it refuses: one taken back makes room for one', async () => {
    const { limiter } = createWorld()
    const takeBack = await limiter.count('a')
    await count(limiter, 'a', 50)
    await takeBack()

    expect(await count(limiter, 'a', 5)).toBe(1)
  })

  it('takes nothing back from a later window than it was counted in (row 78)', async () => {
    const at = inMemory(systemClock)
    const takeBack = await createLimiter({ points: 3, duration: 1 }, at).count('a')
    await pause(1_050)
    // The next window is a long one, so that no slow machine sees its end.
    const limiter = createLimiter({ points: 3, duration: 300 }, at)
    await count(limiter, 'a', 3)
    await takeBack()

    expect(await limiter.peek('a')).toBe(3)
  })

  it('says when to try again: the rest of the window, in whole seconds (row 78)', async () => {
    const { limiter, clock } = createWorld()
    await count(limiter, 'a', 3)
    clock.move(100.5)

    await expect(limiter.count('a')).rejects.toMatchObject({ retryAfter: 200 })
    await expect(limiter.require('a')).rejects.toMatchObject({ retryAfter: 200 })
  })

  it('never says more than 900 seconds (row 78)', async () => {
    const { limiter } = createWorld({ points: 0, duration: 86_400 })

    await expect(limiter.count('a')).rejects.toMatchObject({ retryAfter: 900 })
  })

  it('begins anew after the window, however often it refused in it (row 77)', async () => {
    const { limiter, clock } = createWorld()
    await count(limiter, 'a', 100)
    clock.move(300)

    expect(await count(limiter, 'a', 5)).toBe(3)
  })

  it('refuses by require() where the limit is reached, and counts nothing by it', async () => {
    const { limiter } = createWorld()
    await count(limiter, 'a', 2)
    await limiter.require('a')
    await limiter.require('a')
    await limiter.count('a')

    await expect(limiter.require('a')).rejects.toThrow(TooManyTriesError)
    await expect(limiter.require('b')).resolves.toBeUndefined()
  })

  it('forgets a key and no other', async () => {
    const { limiter } = createWorld({ points: 1, duration: 300 })
    await limiter.count('a')
    await limiter.count('b')
    await limiter.reset('a')

    expect(await count(limiter, 'a', 2)).toBe(1)
    expect(await count(limiter, 'b', 2)).toBe(0)
  })

  it('is held up by no window that was begun before a clock was set back by five minutes or more (F9)', async () => {
    const requireAt = (resetMs: number): Promise<void> => {
      const stuck: CounterStore = { ...memoryCounters(), peek: async () => ({ count: 99, resetMs }) }
      return createLimiter(limit, { ...inMemory(systemClock), store: stuck }).require('a')
    }

    await expect(requireAt(600_000)).rejects.toThrow(TooManyTriesError)
    await expect(requireAt(600_001)).resolves.toBeUndefined()
  })

  it.each([
    { points: -1, duration: 60 },
    { points: 1.5, duration: 60 },
    { points: Number.NaN, duration: 60 },
    { points: 1, duration: 0 },
    { points: 1, duration: Number.POSITIVE_INFINITY },
  ])('refuses $points points in $duration seconds as a limit', (wrong) => {
    expect(() => createWorld(wrong)).toThrow(ConfigError)
    expect(() => createWorld(wrong)).toThrow(/^A limit is a whole number of points, from 0, in a number of seconds/)
  })
})

describe('storeKey', () => {
  it('leaves a key of 128 characters as it is', () => {
    expect(storeKey('a:', 'x'.repeat(128))).toBe(`a:${'x'.repeat(128)}`)
  })

  it('takes the hash of a longer one', () => {
    expect(storeKey('a:', 'x'.repeat(129))).toBe(
      'a:sha256:0ec9eb33e74510bcdd1f2ea55206e82f21649c5c2becbf2b433eb475b34c01bd',
    )
  })
})
