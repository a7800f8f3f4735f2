import { describe, expect, it } from 'vitest'
import { hours, minutes } from '../../src/duration.ts'
import { ConfigError } from '../../src/errors.ts'
import { type MovableClock, createMovableClock } from '../../src/testing/movable-clock.ts'
import { createBackoff } from '../../src/throttle/account-failures.ts'
import type { Budget } from '../../src/throttle/limiter.ts'
import { memoryCounters } from '../../src/throttle/memory-counters.ts'

function createWorld(points = 10): { clock: MovableClock; limiter: Budget } {
  const clock = createMovableClock()
  const store = memoryCounters({ clock })
  return {
    clock,
    limiter: createBackoff(
      { points, duration: minutes(15) },
      {
        store,
        prefix: 'x:',
        isShared: false,
        clock,
      },
    ),
  }
}

async function burst(limiter: Budget, times = 50): Promise<number> {
  const counted = await Promise.allSettled(Array.from({ length: times }, () => limiter.count('ann')))
  return counted.filter(({ status }) => status === 'fulfilled').length
}

/** How many of `burst` get through, tried again after each of these waits. */
async function burstsAfter(world: { clock: MovableClock; limiter: Budget }, waits: number[]): Promise<number[]> {
  const counts: number[] = []
  for (const wait of waits) {
    world.clock.move(wait)
    counts.push(await burst(world.limiter))
  }
  return counts
}

describe('createBackoff', () => {
  it('lets exactly so many of 500 in parallel through (row 76)', async () => {
    expect(await burst(createWorld().limiter, 500)).toBe(10)
    expect(await burst(createWorld(1).limiter, 500)).toBe(1)
  })

  it('then lets one through after a minute, two, four, eight and fifteen, each again (row 77)', async () => {
    const world = createWorld()
    await burst(world.limiter)

    expect(await burstsAfter(world, [59, 1, 119, 1, 239, 1, 479, 1, 899, 1, 899, 1])).toEqual([
      0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
    ])
  })

  it('lets 108 through in a day, of any number (row 77)', async () => {
    const world = createWorld()
    const counts = await burstsAfter(
      world,
      Array.from({ length: hours(24) / 30 }, () => 30),
    )

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(108)
  })

  it('says when the next one may come, never later than in fifteen minutes (row 78)', async () => {
    const { limiter, clock } = createWorld()
    await burst(limiter)
    clock.move(20)

    await expect(limiter.count('ann')).rejects.toMatchObject({ retryAfter: 40 })
  })

  it('begins anew after a day (row 77)', async () => {
    const world = createWorld()
    await burst(world.limiter)
    world.clock.move(hours(24))

    expect(await burst(world.limiter)).toBe(10)
  })

  it('begins anew after a reset', async () => {
    const { limiter } = createWorld()
    await burst(limiter)
    await limiter.reset('ann')

    expect(await burst(limiter)).toBe(10)
  })

  it('takes back one that was free, and opens no gate by it', async () => {
    const { limiter } = createWorld(3)
    const takeBack = await limiter.count('ann')
    await burst(limiter)
    await takeBack()

    await expect(limiter.count('ann')).rejects.toThrow('Too many')
  })

  it('takes back one that was let through alone: the next may come at once', async () => {
    const { limiter, clock } = createWorld()
    await burst(limiter)
    clock.move(60)
    const takeBack = await limiter.count('ann')
    await takeBack()

    expect(await burst(limiter)).toBe(1)
  })

  it('takes no limit of none', () => {
    expect(() => createWorld(0)).toThrow(ConfigError)
    expect(() => createWorld(0)).toThrow('failuresPerAccount is a limit of 1 point or more.')
  })
})
