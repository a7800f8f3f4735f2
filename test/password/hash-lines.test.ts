import { describe, expect, it } from 'vitest'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import { type HashLines, createHashLines } from '../../src/password/hash-lines.ts'
import type { HashShare, Shared } from '../../src/password/hash-share.ts'

interface Job extends Shared {
  readonly name: string
}

const open = (key: string): HashShare => ({ line: 'open', key })
const known = (key: string): HashShare => ({ line: 'known', key })
/** Of the address that is its name's first letter. */
const job = (name: string, share: HashShare = open(name[0] ?? '')): Job => ({ name, share })
const usual = { tookMs: 20, isRight: false }

function createLines(limit = 64): HashLines<Job> {
  return createHashLines(limit, createMovableClock())
}

/** The next job, which begins. */
function serve(lines: HashLines<Job>): Job | undefined {
  const next = lines.shift()
  if (next !== undefined) lines.count(next)
  return next
}

function serveAll(lines: HashLines<Job>): string[] {
  const names: string[] = []
  for (let next = serve(lines); next !== undefined; next = serve(lines)) names.push(next.name)
  return names
}

describe('createHashLines', () => {
  it('serves everyone’s first before anybody’s second (A3)', () => {
    const lines = createLines()
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) lines.join(job(name))

    expect(serveAll(lines)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
  })

  it('has a place for whoever comes first, however many others wait (A3)', () => {
    const lines = createLines(4)
    const dropped = ['a1', 'a2', 'a3', 'a4', 'a5'].map((name) => lines.join(job(name))?.name ?? null)

    expect(dropped).toEqual([null, null, null, null, 'a5'])
    expect(lines.hasRoom(open('a'))).toBe(false)
    expect(lines.hasRoom(open('b'))).toBe(true)
    expect(lines.join(job('b1'))?.name).toBe('a4')
    expect(serveAll(lines)).toEqual(['a1', 'b1', 'a2', 'a3'])
  })

  it('remembers what each had, for those who come again (A3)', () => {
    const lines = createLines()
    for (let time = 0; time < 3; time += 1) {
      lines.join(job('a'))
      serve(lines)
    }
    for (const name of ['a', 'b']) lines.join(job(name))

    expect(serveAll(lines)).toEqual(['b', 'a'])
  })

  it('counts nothing of what was refused: who is refused often isn’t behind who was served', () => {
    const lines = createLines(1)
    lines.join(job('a'))
    for (let time = 0; time < 9; time += 1) lines.join(job('b'))
    serve(lines)
    lines.join(job('a'))

    expect(lines.join(job('b'))?.name).toBe('a')
  })

  it('serves the jobs of one address in their order, whatever was given back meanwhile', () => {
    const lines = createLines()
    const share = { ...open('office'), account: 'user:ann' }
    for (const name of ['1', '2', '3', '4']) lines.join(job(name, share))
    const served: (string | undefined)[] = []
    for (let time = 0; time < 3; time += 1) {
      const next = serve(lines)
      served.push(next?.name)
      lines.charge(job('done', share), { ...usual, isRight: true })
      lines.join(job(`later ${time}`, share))
    }

    expect([...served, ...serveAll(lines)]).toEqual(['1', '2', '3', '4', 'later 0', 'later 1', 'later 2'])
  })

  it('serves known devices every second time, however many others wait (A3)', () => {
    const lines = createLines()
    for (const name of ['1', '2', '3', '4']) lines.join(job(name))
    for (const name of ['k1', 'k2']) lines.join(job(name, known(name)))

    expect(serveAll(lines)).toEqual(['k1', '1', 'k2', '2', '3', '4'])
  })

  it('keeps places for known devices, which nobody else takes (A3)', () => {
    const lines = createLines(2)
    for (const name of ['1', '2', '3']) lines.join(job(name))

    expect(lines.hasRoom(open('new'))).toBe(false)
    expect(lines.hasRoom(known('ann'))).toBe(true)
  })

  it('takes an account for one, however many devices it has (A3)', () => {
    const lines = createLines(3)
    for (const name of ['e1', 'e2', 'e3']) lines.join(job(name, known('evil')))

    expect(lines.join(job('ann', known('ann')))?.name).toBe('e3')
  })

  it('charges what a hash took: one that is twenty times as dear counts as twenty (B7)', () => {
    const lines = createLines()
    lines.join(job('a1'))
    serve(lines)
    lines.charge(job('a1'), { tookMs: 400, isRight: false })
    for (let time = 0; time < 10; time += 1) lines.join(job('b'))
    lines.join(job('a2'))

    expect(serveAll(lines).at(-1)).toBe('a2')
  })

  it('charges nothing for one that took a little longer than usual: machines do', () => {
    const lines = createLines()
    lines.join(job('a1'))
    serve(lines)
    lines.charge(job('a1'), { tookMs: 39, isRight: false })
    for (const name of ['b1', 'b2', 'b3', 'a2']) lines.join(job(name))

    expect(serveAll(lines)).toEqual(['b1', 'a2', 'b2', 'b3'])
  })

  it('puts nobody who logs in often behind those who guess, and counts an account from any address (A3)', () => {
    const lines = createLines()
    function logIn(network: string, account: string): void {
      const share = { ...open(network), account }
      lines.join(job('login', share))
      serve(lines)
      lines.charge(job('login', share), { ...usual, isRight: true })
    }
    for (let login = 0; login < 10; login += 1) logIn('home', 'user:ann')
    for (let login = 0; login < 100; login += 1) logIn(`evil-${login}`, 'user:evil')
    lines.join(job('evil', { ...open('evil-new'), account: 'user:evil' }))
    for (const name of ['guess 1', 'guess 2']) lines.join(job(name, { ...open('guesser'), account: 'name:x' }))
    lines.join(job('ann', { ...open('home'), account: 'user:ann' }))

    expect(serveAll(lines)).toEqual(['guess 1', 'ann', 'guess 2', 'evil'])
  })

  it('takes out what has waited too long, of both lines', () => {
    const lines = createLines()
    for (const each of [job('a'), job('b', known('b')), job('c')]) lines.join(each)
    const removed = lines.remove(({ name }) => name !== 'c')

    expect(removed.map(({ name }) => name).toSorted()).toEqual(['a', 'b'])
    expect(lines.length).toBe(1)
  })
})
