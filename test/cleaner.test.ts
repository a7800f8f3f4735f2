import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Cleaner, createCleaner } from '../src/cleaner.ts'
import { days } from '../src/duration.ts'
import { UnavailableError } from '../src/errors.ts'
import { createToken, hashToken } from '../src/token/token.ts'
import { createSessionWorld, sessionExpiry } from './session/session-world.ts'
import { createMovableClock } from '../src/testing/index.ts'

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

interface Table {
  readonly claim: (seconds: number) => Promise<boolean>
  readonly deleteExpired: (limit: number) => Promise<number>
  readonly onError: (error: unknown) => void
}

/** A cleaner of a store that has nothing but sessions. */
function cleanerOf(table: Table): Cleaner {
  const store = {
    claimCleaning: (_holder: string, seconds: number) => table.claim(seconds),
    sessions: { deleteExpired: (_instant: Date, limit: number) => table.deleteExpired(limit) },
    devices: { deleteExpired: async () => 0 },
  }
  return createCleaner({ open: async () => store, clock: createMovableClock(), onError: table.onError })
}

describe('createCleaner', () => {
  it('does nothing before it is started', async () => {
    const { limits, deleteExpired } = createTable(1)
    cleanerOf({ claim, deleteExpired, onError: noError })
    await vi.advanceTimersByTimeAsync(2 * longestInterval)

    expect(limits).toEqual([])
  })

  it('keeps no process alive', () => {
    vi.useRealTimers()
    const cleaner = cleanerOf({ claim, deleteExpired: async () => 0, onError: noError })
    const before = process.getActiveResourcesInfo()
    cleaner.start()
    const after = process.getActiveResourcesInfo()
    void cleaner.stop()

    expect(after).toEqual(before)
  })

  it('cleans within the interval, and again', async () => {
    const { limits, deleteExpired } = createTable(0)
    cleanerOf({ claim, deleteExpired, onError: noError }).start()
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
    cleanerOf({ claim, deleteExpired, onError: noError }).start()
    await vi.advanceTimersByTimeAsync(interval - 1)
    const before = limits.length
    await vi.advanceTimersByTimeAsync(1)

    expect([before, limits.length]).toEqual([0, 1])
  })

  it('deletes in batches of 30 until none is left (F15)', async () => {
    const table = createTable(320)
    cleanerOf({ claim, ...table, onError: noError }).start()
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
    cleanerOf({ claim: claimNone, deleteExpired, onError: noError }).start()
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
    cleanerOf({ claim: claimAll, ...table, onError: noError }).start()
    await vi.advanceTimersByTimeAsync(longestInterval)

    expect(claims.slice(0, 3)).toEqual([5, 5, 0])
  })

  it('starts once, however often it is told to', async () => {
    const { limits, deleteExpired } = createTable(0)
    const cleaner = cleanerOf({ claim, deleteExpired, onError: noError })
    cleaner.start()
    cleaner.start()

    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(longestInterval)
    expect(limits.length).toBeLessThanOrEqual(1)
  })

  it('deletes nothing where it is stopped before its first time', async () => {
    const { limits, deleteExpired } = createTable(1)
    const cleaner = cleanerOf({ claim, deleteExpired, onError: noError })
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
    const cleaner = cleanerOf({ claim, deleteExpired, onError: noError })
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
    const cleaner = cleanerOf({ claim, deleteExpired: () => batch.promise, onError: noError })
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
    const cleaner = cleanerOf({ claim, deleteExpired: () => batch.promise, onError: noError })
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
    cleanerOf({ claim, deleteExpired, onError: (error) => void errors.push(error) }).start()
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
    cleanerOf({ claim, deleteExpired, onError: (error) => void errors.push(error) }).start()
    await vi.advanceTimersByTimeAsync(2 * longestInterval)

    expect(errors.length).toBeGreaterThanOrEqual(2)
    expect(errors[0]).toBe(fault)
  })
})

describe('claim', () => {
  const open = (claimed: boolean, asked: unknown[]): Cleaner => {
    const claimCleaning = async (...args: unknown[]): Promise<boolean> => asked.push(args) > 0 && claimed
    const nothing = { deleteExpired: async () => 0 }
    const store = { claimCleaning, sessions: nothing, devices: nothing }
    return createCleaner({ open: async () => store, clock: createMovableClock(), onError: noError })
  }

  it('asks the store, each process under a name of its own', async () => {
    const asked: [holder: string, seconds: number][] = []
    const [one, other] = [open(true, asked), open(false, asked)]

    expect([await one.claim(5), await one.claim(0), await other.claim(5)]).toEqual([true, true, false])
    expect(asked.map(([, seconds]) => seconds)).toEqual([5, 0, 5])
    expect(new Set(asked.map(([holder]) => holder)).size).toBe(2)
  })

  it('is granted where the store has no such right to give', async () => {
    const { store, clock } = await createSessionWorld()
    const { claimCleaning: _none, ...rest } = { claimCleaning: undefined, ...store }

    expect(await createCleaner({ open: async () => rest, clock, onError: noError }).claim(5)).toBe(true)
  })
})

describe('deleteExpired', () => {
  it('deletes expired sessions, at most so many, and no live one', async () => {
    const { sessions, store, ann, clock } = await createSessionWorld()
    const cleaner = createCleaner({ open: async () => store, clock, onError: noError })
    await Promise.all(Array.from({ length: 5 }, () => sessions.start(ann)))
    clock.move(sessionExpiry + 1)
    const live = await sessions.start(ann)

    expect(await cleaner.deleteExpired(3)).toEqual({ sessions: 3, devices: 0 })
    expect(await cleaner.deleteExpired(3)).toEqual({ sessions: 2, devices: 0 })
    expect(await cleaner.deleteExpired(3)).toEqual({ sessions: 0, devices: 0 })
    expect(await sessions.find(live?.token ?? '')).not.toBeNull()
  })

  it('deletes devices that have expired, and no more than it may', async () => {
    const { store, ann, clock } = await createSessionWorld()
    const cleaner = createCleaner({ open: async () => store, clock, onError: noError })
    const remember = (lives: number): Promise<boolean> =>
      store.devices.create({
        id: crypto.randomUUID(),
        tokenHash: hashToken(createToken()),
        userId: ann.id,
        generation: ann.sessionGeneration,
        createdAt: clock.now(),
        expiresAt: new Date(clock.now().getTime() + lives * 1000),
      })
    await Promise.all([remember(1), remember(1), remember(1), remember(days(1))])
    clock.move(2)

    expect(await cleaner.deleteExpired(2)).toEqual({ sessions: 0, devices: 2 })
    expect(await cleaner.deleteExpired(2)).toEqual({ sessions: 0, devices: 1 })
    expect(await store.devices.listByUser(ann.id, clock.now())).toHaveLength(1)
  })
})
