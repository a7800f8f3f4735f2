import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UnavailableError } from '../../src/errors.ts'
import { createSessionCleaner } from '../../src/session/session-cleaner.ts'

const longestInterval = 5 * 60_000 * 1.25

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** A cleaner over a table of so many expired sessions. */
function createTable(expired: number): {
  left: () => number
  limits: number[]
  deleteExpired: (limit: number) => Promise<number>
} {
  const limits: number[] = []
  let left = expired
  return {
    left: () => left,
    limits,
    async deleteExpired(limit) {
      limits.push(limit)
      const deleted = Math.min(limit, left)
      left -= deleted
      return deleted
    },
  }
}

const claim = async (): Promise<boolean> => true
const noError = (): void => undefined

describe('createSessionCleaner', () => {
  it('does nothing before it is started', async () => {
    const { limits, deleteExpired } = createTable(1)
    createSessionCleaner({ claim, deleteExpired, onError: noError })
    await vi.advanceTimersByTimeAsync(2 * longestInterval)

    expect(limits).toEqual([])
  })

  it('keeps no process alive', () => {
    vi.useRealTimers()
    const cleaner = createSessionCleaner({ claim, deleteExpired: async () => 0, onError: noError })
    const before = process.getActiveResourcesInfo()
    cleaner.start()
    const after = process.getActiveResourcesInfo()
    void cleaner.stop()

    expect(after).toEqual(before)
  })

  it('cleans within the interval, and again', async () => {
    const { limits, deleteExpired } = createTable(0)
    createSessionCleaner({ claim, deleteExpired, onError: noError }).start()
    await vi.advanceTimersByTimeAsync(2 * longestInterval)

    expect(limits.length).toBeGreaterThanOrEqual(2)
    expect(limits.length).toBeLessThanOrEqual(3)
  })

  it.each([
    [0, 225_000],
    [0.5, 300_000],
  ])('cleans first after an interval of its own: with a random %d after %d ms', async (random, interval) => {
    vi.spyOn(Math, 'random').mockReturnValue(random)
    const { limits, deleteExpired } = createTable(0)
    createSessionCleaner({ claim, deleteExpired, onError: noError }).start()
    await vi.advanceTimersByTimeAsync(interval - 1)
    const before = limits.length
    await vi.advanceTimersByTimeAsync(1)

    expect([before, limits.length]).toEqual([0, 1])
  })

  it('deletes in batches of 30 until none is left (F15)', async () => {
    const table = createTable(320)
    createSessionCleaner({ claim, ...table, onError: noError }).start()
    await vi.advanceTimersByTimeAsync(longestInterval + 1_000)

    expect(table.left()).toBe(0)
    expect(new Set(table.limits)).toEqual(new Set([30]))
  })

  it('deletes nothing while another process cleans up, and looks again (F15)', async () => {
    const { limits, deleteExpired } = createTable(10)
    const claims: number[] = []
    const claimNone = async (seconds: number): Promise<boolean> => {
      claims.push(seconds)
      return false
    }
    createSessionCleaner({ claim: claimNone, deleteExpired, onError: noError }).start()
    await vi.advanceTimersByTimeAsync(2 * longestInterval)

    expect(limits).toEqual([])
    expect(claims.length).toBeGreaterThanOrEqual(2)
  })

  it('gives the cleaning up back when nothing is left (F15)', async () => {
    const claims: number[] = []
    const claimAll = async (seconds: number): Promise<boolean> => {
      claims.push(seconds)
      return true
    }
    const table = createTable(39)
    createSessionCleaner({ claim: claimAll, ...table, onError: noError }).start()
    await vi.advanceTimersByTimeAsync(longestInterval)

    expect(claims.slice(0, 3)).toEqual([5, 5, 0])
  })

  it('starts once, however often it is told to', async () => {
    const { limits, deleteExpired } = createTable(0)
    const cleaner = createSessionCleaner({ claim, deleteExpired, onError: noError })
    cleaner.start()
    cleaner.start()

    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(longestInterval)
    expect(limits.length).toBeLessThanOrEqual(1)
  })

  it('deletes nothing where it is stopped before its first time', async () => {
    const { limits, deleteExpired } = createTable(1)
    const cleaner = createSessionCleaner({ claim, deleteExpired, onError: noError })
    cleaner.start()
    await cleaner.stop()
    await vi.advanceTimersByTimeAsync(2 * longestInterval)

    expect(limits).toEqual([])
  })

  it('deletes nothing more once it is stopped, even within a batch', async () => {
    const batch = Promise.withResolvers<number>()
    const calls: number[] = []
    const deleteExpired = async (limit: number): Promise<number> => {
      calls.push(limit)
      return batch.promise
    }
    const cleaner = createSessionCleaner({ claim, deleteExpired, onError: noError })
    cleaner.start()
    await vi.advanceTimersByTimeAsync(longestInterval)
    void cleaner.stop()
    batch.resolve(30)
    await vi.advanceTimersByTimeAsync(2 * longestInterval)

    expect(calls).toEqual([30])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is stopped when the batch under way has ended', async () => {
    const batch = Promise.withResolvers<number>()
    const cleaner = createSessionCleaner({ claim, deleteExpired: () => batch.promise, onError: noError })
    cleaner.start()
    await vi.advanceTimersByTimeAsync(longestInterval)
    let stopped = false
    const stopping = cleaner.stop().then(() => (stopped = true))
    await vi.advanceTimersByTimeAsync(0)
    const stoppedWithin = stopped
    batch.resolve(0)
    await stopping

    expect(stoppedWithin).toBe(false)
  })

  it('runs once when it is stopped and started within a batch', async () => {
    const batch = Promise.withResolvers<number>()
    const cleaner = createSessionCleaner({ claim, deleteExpired: () => batch.promise, onError: noError })
    cleaner.start()
    await vi.advanceTimersByTimeAsync(longestInterval)
    void cleaner.stop()
    cleaner.start()
    batch.resolve(0)
    await vi.advanceTimersByTimeAsync(0)

    expect(vi.getTimerCount()).toBe(1)
  })

  it('goes on after the database was away, and tells nobody (F3)', async () => {
    const errors: unknown[] = []
    let calls = 0
    const deleteExpired = async (): Promise<number> => {
      calls += 1
      throw new UnavailableError()
    }
    createSessionCleaner({ claim, deleteExpired, onError: (error) => void errors.push(error) }).start()
    await vi.advanceTimersByTimeAsync(2 * longestInterval)

    expect(calls).toBeGreaterThanOrEqual(2)
    expect(errors).toEqual([])
  })

  it('tells of an unexpected error and goes on', async () => {
    const errors: unknown[] = []
    const fault = new Error('A bug.')
    const deleteExpired = async (): Promise<number> => {
      throw fault
    }
    createSessionCleaner({ claim, deleteExpired, onError: (error) => void errors.push(error) }).start()
    await vi.advanceTimersByTimeAsync(2 * longestInterval)

    expect(errors.length).toBeGreaterThanOrEqual(2)
    expect(errors[0]).toBe(fault)
  })
})
