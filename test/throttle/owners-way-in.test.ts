import { describe, expect, it } from 'vitest'
import { days, hours, minutes } from '../../src/duration.ts'
import { TooManyTriesError } from '../../src/errors.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import { createOpenCounters } from '../../src/throttle/counters.ts'
import { completeLimits } from '../../src/throttle/default-limits.ts'
import { createThrottle } from '../../src/throttle/throttle.ts'

interface Attack {
  /** How many networks the guesses at one account come from, in turn. */
  readonly networks: number
  /** Seconds between two guesses. */
  readonly every: number
  /** Seconds. */
  readonly lasting: number
  /** How often the owner comes to a new browser, in another network, and tries until it gets in; in seconds. */
  readonly ownerEvery: number
}

interface Outcome {
  readonly guesses: number
  /** How long the owner tried each time until a right password was looked at, in seconds. */
  readonly waits: readonly number[]
}

const home = { narrow: 'home', wide: 'home' }
const secondsBetweenTries = 20

/** Lives through the attack second by second. The owner's own success is what forgets the guesses. */
async function live({ networks, every, lasting, ownerEvery }: Attack): Promise<Outcome> {
  const clock = createMovableClock()
  const openCounters = createOpenCounters({ counters: null, clock, onFailure: () => undefined })
  const throttle = createThrottle(completeLimits({}), openCounters)
  const waits: number[] = []
  let guesses = 0
  let waitingSince: number | null = null

  async function guess(network: string): Promise<void> {
    const address = { narrow: network, wide: network }
    await passOver(
      throttle.attempt('login', { address, accountKey: 'user:ann' }, async () => {
        guesses += 1
        return { ok: false }
      }),
    )
  }

  async function comeHome(second: number): Promise<void> {
    waitingSince ??= second
    const outcome = await passOver(
      throttle.attempt('login', { address: home, accountKey: 'user:ann' }, async () => ({ ok: true })),
    )
    if (outcome === null) return
    waits.push(second - waitingSince)
    waitingSince = null
  }

  for (let second = 0; second < lasting; second += every) {
    clock.move(every)
    await guess(`evil-${(second / every) % networks}`)
    const isDue =
      (second > 0 && second % ownerEvery < every) || (waitingSince !== null && second % secondsBetweenTries < every)
    if (isDue) await comeHome(second)
  }
  return { guesses, waits }
}

async function passOver<Result>(attempt: Promise<Result>): Promise<Result | null> {
  try {
    return await attempt
  } catch (error) {
    if (error instanceof TooManyTriesError) return null
    throw error
  }
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

describe('the owner of an account, in a new browser, while it is guessed at for days', () => {
  it('gets in at once where one address guesses each second (A5)', async () => {
    const { guesses, waits } = await live({ networks: 1, every: 1, lasting: hours(24), ownerEvery: hours(23) })

    expect(waits).toEqual([0])
    expect(guesses).toBeLessThanOrEqual(108 + 1 + 11)
  })

  it('gets in at once, each five minutes, where one address guesses each second (A5)', async () => {
    const { waits } = await live({ networks: 1, every: 1, lasting: hours(12), ownerEvery: minutes(5) })

    expect(waits).toHaveLength(143)
    expect(Math.max(...waits)).toBe(0)
  })

  it('gets in within minutes, and mostly at once, where a hundred networks guess (A5)', async () => {
    const { guesses, waits } = await live({ networks: 100, every: 5, lasting: days(3), ownerEvery: hours(7) })
    const sorted = waits.toSorted((a, b) => a - b)

    expect(waits.length).toBeGreaterThanOrEqual(10)
    expect(median(sorted)).toBe(0)
    expect(sorted.at(-1)).toBeLessThanOrEqual(minutes(25))
    expect(guesses).toBeLessThanOrEqual(3 * (108 + 100) + 10 * waits.length)
  })

  it('is no reason for more than 308 guesses a day, from however many networks (A5, row 77)', async () => {
    const { guesses } = await live({ networks: 10_000, every: 5, lasting: days(2), ownerEvery: days(9) })

    expect(guesses).toBeLessThanOrEqual(2 * 308)
  })
})
