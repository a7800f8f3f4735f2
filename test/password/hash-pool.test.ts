import os from 'node:os'
import { afterAll, describe, expect, it } from 'vitest'
import { UnavailableError } from '../../src/errors.ts'
import { createHashPool, sharedHashPool, type HashPool, type HashPoolOptions } from '../../src/password/hash-pool.ts'

const pools: HashPool[] = []

function openPool(options: HashPoolOptions = {}): HashPool {
  const pool = createHashPool(options)
  pools.push(pool)
  return pool
}

afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()))
})

describe('createHashPool', () => {
  it('checks what it hashed, and counts one hash each (row 65)', async () => {
    const pool = openPool({ threads: 1, waitLimitMs: 60_000 })
    const hash = await pool.hash('correct horse')

    expect(await pool.check('correct horse', hash)).toEqual({ matches: true, upgraded: null })
    expect(await pool.check('correct horsf', hash)).toEqual({ matches: false, upgraded: null })
    expect(await pool.check('correct horse', null)).toEqual({ matches: false, upgraded: null })
    expect(pool.stats()).toEqual({ running: 0, queued: 0, peakRunning: 1, hashes: 4 })
  })

  it('carries NUL and spaces to the thread (row 57)', async () => {
    const pool = openPool({ threads: 1, waitLimitMs: 60_000 })
    const hash = await pool.hash(' aaa\u0000bbb ')
    expect((await pool.check(' aaa\u0000bbb ', hash)).matches).toBe(true)
    expect((await pool.check(' aaa\u0000bbc ', hash)).matches).toBe(false)
  })

  it('starts nothing and is not full before the first job', () => {
    const pool = openPool()
    expect(pool.hasRoom()).toBe(true)
    expect(pool.stats()).toEqual({ running: 0, queued: 0, peakRunning: 0, hashes: 0 })
  })

  it('never runs more at once than it has threads, and refuses what finds the queue full (row 62)', async () => {
    const pool = openPool({ threads: 2, queueLimit: 10, waitLimitMs: 60_000 })
    const jobs = Array.from({ length: 200 }, () => pool.hash('correct horse'))
    // Each thread has one more at hand.
    expect(pool.stats()).toMatchObject({ running: 2, queued: 12 })
    expect(pool.hasRoom()).toBe(false)

    const outcomes = await Promise.allSettled(jobs)
    const errors = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown)
    expect(errors).toHaveLength(186)
    expect(errors[0]).toEqual(new UnavailableError({ retryAfter: 2 }))
    expect(pool.stats()).toEqual({ running: 0, queued: 0, peakRunning: 2, hashes: 14 })
    expect(pool.hasRoom()).toBe(true)
  })

  it('refuses a job that waited too long, and hashes nothing for it (row 62)', async () => {
    const time = { ms: 0 }
    const pool = openPool({ threads: 1, clock: { now: () => new Date(0), monotonicMs: () => time.ms } })
    const atHand = [pool.hash('correct horse'), pool.hash('correct horse')]
    const early = pool.hash('correct horse')
    time.ms = 1
    const late = pool.hash('correct horse')
    time.ms = 2_001

    await expect(early).rejects.toEqual(new UnavailableError({ retryAfter: 2 }))
    await expect(Promise.all([...atHand, late])).resolves.toHaveLength(3)
    expect(pool.stats()).toMatchObject({ queued: 0, hashes: 3 })
  })

  it('refuses all that wait, where all have waited too long (row 62)', async () => {
    const time = { ms: 0 }
    const pool = openPool({ threads: 1, clock: { now: () => new Date(0), monotonicMs: () => time.ms } })
    const jobs = Promise.allSettled(Array.from({ length: 5 }, () => pool.hash('correct horse')))
    time.ms = 2_001

    expect((await jobs).filter(({ status }) => status === 'rejected')).toHaveLength(3)
  })

  it('takes what a thread is free for, where nothing may wait', async () => {
    const pool = openPool({ threads: 1, queueLimit: 0, waitLimitMs: 60_000 })
    const atHand = [pool.hash('correct horse'), pool.hash('correct horse')]

    await expect(pool.hash('correct horse')).rejects.toThrow(UnavailableError)
    await expect(Promise.all(atHand)).resolves.toHaveLength(2)
  })

  it('hashes by one thread per core, and by four at most', async () => {
    const pool = openPool({ waitLimitMs: 60_000 })
    await Promise.all(Array.from({ length: 8 }, () => pool.hash('correct horse')))

    expect(pool.stats().peakRunning).toBe(Math.min(4, os.availableParallelism()))
  })

  it('fails the job of a thread that dies, and replaces the thread (row 62)', async () => {
    const pool = openPool({ threads: 1, waitLimitMs: 60_000 })
    // JavaScript has no types to stop this; the thread dies of it.
    const deadly = pool.hash(42 as unknown as string)
    const next = pool.hash('correct horse')

    await expect(deadly).rejects.toThrow(UnavailableError)
    await expect(deadly).rejects.toMatchObject({ retryAfter: 2, cause: expect.any(Error) })
    await expect(next).resolves.toMatch(/^\$argon2id\$/)
    expect(pool.stats()).toEqual({ running: 0, queued: 0, peakRunning: 1, hashes: 1 })
  })

  it('fails what is queued, running or new when it is closed', async () => {
    const pool = openPool({ threads: 1, waitLimitMs: 60_000 })
    // One runs, one is at hand in the thread, one is queued.
    const jobs = Array.from({ length: 3 }, () => pool.hash('correct horse'))
    const outcomes = Promise.allSettled(jobs)
    await pool.close()

    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await expect(pool.hash('correct horse')).rejects.toThrow(UnavailableError)
    expect(pool.hasRoom()).toBe(false)
  })
})

describe('sharedHashPool', () => {
  it('is one pool for the whole process', () => {
    expect(sharedHashPool().hasRoom()).toBeTypeOf('boolean')
    expect(sharedHashPool()).toBe(sharedHashPool())
  })
})
