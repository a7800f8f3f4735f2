import { afterEach, describe, expect, it, vi } from 'vitest'
import { TooManyTriesError } from '../../src/errors.ts'
import { createLimiter } from '../../src/throttle/limiter.ts'

afterEach(() => {
  vi.useRealTimers()
})

const limit = { points: 3, duration: 300 }

describe('count', () => {
  it('counts up to the limit, and refuses what is above it', async () => {
    const limiter = createLimiter(limit)
    await limiter.count('a')
    await limiter.count('a')
    await limiter.count('a')

    await expect(limiter.count('a')).rejects.toThrow(TooManyTriesError)
    await expect(limiter.count('b')).resolves.toBeUndefined()
  })

  it('lets exactly so many of 500 in parallel through (row 76)', async () => {
    const limiter = createLimiter({ points: 20, duration: 300 })
    const counted = await Promise.allSettled(Array.from({ length: 500 }, () => limiter.count('a')))

    expect(counted.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
  })

  it('does not count what it refuses: one taken back makes room for one', async () => {
    const limiter = createLimiter(limit)
    await Promise.allSettled(Array.from({ length: 50 }, () => limiter.count('a')))
    await limiter.takeBack('a')

    await expect(limiter.count('a')).resolves.toBeUndefined()
    await expect(limiter.count('a')).rejects.toThrow(TooManyTriesError)
  })

  it('says when to try again: the rest of the window, in whole seconds (row 78)', async () => {
    vi.useFakeTimers()
    const limiter = createLimiter(limit)
    await Promise.allSettled(Array.from({ length: 3 }, () => limiter.count('a')))
    await vi.advanceTimersByTimeAsync(100_500)

    await expect(limiter.count('a')).rejects.toMatchObject({ retryAfter: 200 })
  })

  it('never says more than 900 seconds (row 78)', async () => {
    const limiter = createLimiter({ points: 0, duration: 86_400 })

    await expect(limiter.count('a')).rejects.toMatchObject({ retryAfter: 900 })
  })

  it('begins anew after the window, however often it refused in it (row 77)', async () => {
    vi.useFakeTimers()
    const limiter = createLimiter(limit)
    await Promise.allSettled(Array.from({ length: 100 }, () => limiter.count('a')))
    await vi.advanceTimersByTimeAsync(300_000)

    await expect(limiter.count('a')).resolves.toBeUndefined()
  })

  it('blocks no longer when the clock is set back (F9)', async () => {
    vi.useFakeTimers()
    const limiter = createLimiter(limit)
    await Promise.allSettled(Array.from({ length: 4 }, () => limiter.count('a')))
    vi.setSystemTime(Date.now() - 86_400_000)
    await vi.advanceTimersByTimeAsync(300_000)

    await expect(limiter.count('a')).resolves.toBeUndefined()
  })

  it.each(['__proto__', 'constructor', '', '\0', 'a:b', 'rlflx:a'])(
    'counts for the key %j alone (row 75)',
    async (key) => {
      const limiter = createLimiter({ points: 1, duration: 300 })
      await limiter.count('a')
      await limiter.count(key)

      await expect(limiter.count(key)).rejects.toThrow(TooManyTriesError)
    },
  )
})

describe('require', () => {
  it('refuses where the limit is reached, and counts nothing', async () => {
    const limiter = createLimiter(limit)
    await limiter.count('a')
    await limiter.count('a')
    await limiter.require('a')
    await limiter.require('a')
    await limiter.count('a')

    await expect(limiter.require('a')).rejects.toThrow(TooManyTriesError)
    await expect(limiter.require('b')).resolves.toBeUndefined()
  })
})

describe('takeBack and reset', () => {
  it('takes one back, and never below none', async () => {
    const limiter = createLimiter(limit)
    await limiter.count('a')
    await limiter.takeBack('a')
    await limiter.takeBack('a')
    await limiter.takeBack('b')
    const counted = await Promise.allSettled(Array.from({ length: 5 }, () => limiter.count('a')))

    expect(counted.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  })

  it('forgets a key and no other', async () => {
    const limiter = createLimiter({ points: 1, duration: 300 })
    await limiter.count('a')
    await limiter.count('b')
    await limiter.reset('a')

    await expect(limiter.count('a')).resolves.toBeUndefined()
    await expect(limiter.count('b')).rejects.toThrow(TooManyTriesError)
  })
})

describe('capacity', () => {
  it('forgets the key counted longest ago, and no other (row 75)', async () => {
    const limiter = createLimiter({ points: 1, duration: 300 }, 100)
    await limiter.count('oldest')
    await Promise.all(Array.from({ length: 99 }, (_, index) => limiter.count(`name-${index}`)))
    const before = await limiter.count('oldest').catch((error: unknown) => error)
    await limiter.count('name-99')
    await limiter.count('name-0')

    expect(before).toBeInstanceOf(TooManyTriesError)
    await expect(limiter.count('oldest')).rejects.toThrow(TooManyTriesError)
  })

  it('keeps as many timers as keys after 20,000 random names (row 75)', async () => {
    vi.useFakeTimers()
    const limiter = createLimiter(limit, 100)
    await limiter.count('first')
    const before = vi.getTimerCount()
    await Promise.all(Array.from({ length: 20_000 }, (_, index) => limiter.count(`name-${index}`)))

    expect(before).toBe(1)
    expect(vi.getTimerCount()).toBe(100)
  })
})
