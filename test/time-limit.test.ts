import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { within } from '../src/time-limit.ts'

const late = new Error('late')

describe('within', () => {
  it('gives what comes in time, and gives nothing up', async () => {
    const given: string[] = []
    const limit = { ms: 20, error: () => late, giveUp: () => void given.push('up') }

    expect(await within(limit, Promise.resolve(7))).toBe(7)
    await pause(40)
    expect(given).toEqual([])
  })

  it('throws what it is told to, and gives up what is under way, at once', async () => {
    const work = Promise.withResolvers<number>()
    const given: string[] = []
    const limit = { ms: 1, error: () => late, giveUp: () => void given.push('up') }

    await expect(within(limit, work.promise)).rejects.toBe(late)
    expect(given).toEqual(['up'])
  })

  it('lets nobody hear of what fails afterwards', async () => {
    const work = Promise.withResolvers<number>()

    await expect(within({ ms: 1, error: () => late }, work.promise)).rejects.toBe(late)
    work.reject(new Error('too late to matter'))
    await pause(1)
  })

  it('throws what the work throws', async () => {
    const failed = new Error('failed')

    await expect(within({ ms: 1_000, error: () => late }, Promise.reject(failed))).rejects.toBe(failed)
  })
})
