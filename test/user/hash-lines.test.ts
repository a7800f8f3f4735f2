import { describe, expect, it } from 'vitest'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import { type HashLines, type HashShare, createHashLines } from '../../src/user/hash-lines.ts'

const open = (key: string): HashShare => ({ line: 'open', key })
const known = (key: string): HashShare => ({ line: 'known', key })

function createLines(limit = 64): HashLines<string> {
  return createHashLines(limit, createMovableClock())
}

function shiftAll(lines: HashLines<string>): string[] {
  const jobs: string[] = []
  for (let job = lines.shift(); job !== undefined; job = lines.shift()) jobs.push(job)
  return jobs
}

describe('createHashLines', () => {
  it('serves everyone’s first before anybody’s second (A3)', () => {
    const lines = createLines()
    for (const job of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) lines.join(job, open(job[0] ?? ''))

    expect(shiftAll(lines)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
  })

  it('has a place for whoever comes first, however many others wait (A3)', () => {
    const lines = createLines(4)
    const dropped = ['a1', 'a2', 'a3', 'a4', 'a5'].map((job) => lines.join(job, open('a')))

    expect(dropped).toEqual([null, null, null, null, 'a5'])
    expect(lines.hasRoom(open('a'))).toBe(false)
    expect(lines.hasRoom(open('b'))).toBe(true)
    expect(lines.join('b1', open('b'))).toBe('a4')
    expect(shiftAll(lines)).toEqual(['a1', 'b1', 'a2', 'a3'])
  })

  it('serves known devices every second time, however many others wait (A3)', () => {
    const lines = createLines()
    for (const job of ['o1', 'o2', 'o3', 'o4']) lines.join(job, open(job))
    for (const job of ['k1', 'k2']) lines.join(job, known(job))

    expect(shiftAll(lines)).toEqual(['k1', 'o1', 'k2', 'o2', 'o3', 'o4'])
  })

  it('keeps places for known devices, which nobody else takes (A3)', () => {
    const lines = createLines(2)
    for (const job of ['o1', 'o2', 'o3']) lines.join(job, open(job))

    expect(lines.hasRoom(open('new'))).toBe(false)
    expect(lines.hasRoom(known('ann'))).toBe(true)
  })

  it('takes an account for one, however many devices it has (A3)', () => {
    const lines = createLines(3)
    for (const job of ['e1', 'e2', 'e3']) lines.join(job, known('evil'))

    expect(lines.join('ann', known('ann'))).toBe('e3')
  })

  it('counts an ask that finds no room: whoever asks again and again comes later', () => {
    const lines = createLines(1)
    lines.join('first', open('x'))
    const asks = Array.from({ length: 5 }, () => lines.hasRoom(open('eager')))
    lines.shift()
    lines.join('eager', open('eager'))

    expect(asks).toEqual([false, false, false, false, false])
    expect(lines.join('patient', open('patient'))).toBe('eager')
  })

  it('charges what a hash took: one that is twenty times as dear counts as twenty (B7)', () => {
    const lines = createLines()
    lines.join('dear', open('a'))
    lines.shift()
    lines.charge(open('a'), { tookMs: 400, isRight: false })
    for (let job = 0; job < 10; job += 1) lines.join(`b${job}`, open('b'))
    lines.join('a2', open('a'))

    expect(shiftAll(lines).at(-1)).toBe('a2')
  })

  it('puts nobody who logs in often behind those who guess, and counts an account from any address (A3)', () => {
    const lines = createLines()
    const logIn = (network: string, account: string): void => {
      const share = { ...open(network), account }
      lines.join('login', share)
      lines.shift()
      lines.charge(share, { tookMs: 20, isRight: true })
    }
    for (let login = 0; login < 10; login += 1) logIn('home', 'user:ann')
    for (let login = 0; login < 100; login += 1) logIn(`evil-${login}`, 'user:evil')
    lines.join('evil', { ...open('evil-new'), account: 'user:evil' })
    for (let guess = 0; guess < 2; guess += 1) lines.join(`guess ${guess}`, { ...open('guesser'), account: 'name:x' })
    lines.join('ann', { ...open('home'), account: 'user:ann' })

    expect(shiftAll(lines)).toEqual(['guess 0', 'ann', 'guess 1', 'evil'])
  })

  it('takes out what has waited too long, of both lines', () => {
    const lines = createLines()
    for (const share of [open('a'), known('b'), open('c')]) lines.join(share.key, share)

    expect(lines.remove((job) => job !== 'c').toSorted()).toEqual(['a', 'b'])
    expect(lines.length).toBe(1)
  })
})
