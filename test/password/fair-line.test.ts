import { describe, expect, it } from 'vitest'
import { type FairLine, createFairLine } from '../../src/password/fair-line.ts'
import type { HashShare, Shared } from '../../src/password/hash-share.ts'

interface Job extends Shared {
  readonly name: string
}

const of = (key: string): HashShare => ({ line: 'open', key })
const job = (name: string): Job => ({ name, share: of(name[0] ?? '') })

function createLine(limit: number, had: Readonly<Record<string, number>> = {}): FairLine<Job> {
  return createFairLine(limit, ({ key }) => had[key] ?? 0)
}

function shiftAll(line: FairLine<Job>): string[] {
  const names: string[] = []
  for (let next = line.shift(); next !== undefined; next = line.shift()) names.push(next.name)
  return names
}

describe('createFairLine', () => {
  it('puts whoever had least first, and goes round among those who had as much', () => {
    const line = createLine(10, { a: 2, b: 1, c: 1 })
    for (const name of ['a1', 'b1', 'b2', 'c1', 'z1']) line.join(job(name))

    expect(shiftAll(line)).toEqual(['z1', 'b1', 'c1', 'b2', 'a1'])
  })

  it('drops the newest of whoever has most when it is full, be it waiting or had', () => {
    const line = createLine(3, { o: 5 })
    const dropped = ['o1', 'a1', 'a2', 'b1', 'c1', 'c2'].map((name) => line.join(job(name))?.name ?? null)

    expect(dropped).toEqual([null, null, null, 'o1', 'a2', 'c2'])
    expect(line.length).toBe(3)
  })

  it('says whether there is room for somebody', () => {
    const line = createLine(2, { o: 5 })
    const before = line.hasRoom(of('o'))
    line.join(job('a1'))
    line.join(job('a2'))

    expect([before, ...['a', 'b', 'o'].map((key) => line.hasRoom(of(key)))]).toEqual([true, false, true, false])
  })

  it('has room for nobody where nobody may wait', () => {
    const line = createLine(0)

    expect(line.hasRoom(of('a'))).toBe(false)
    expect(line.join(job('a1'))?.name).toBe('a1')
  })

  it('takes out what is over, and leaves the others in their order', () => {
    const line = createLine(10)
    for (const name of ['a1', 'a2', 'a3', 'b2', 'c1']) line.join(job(name))
    const removed = line.remove(({ name }) => name.endsWith('2'))

    expect(removed.map(({ name }) => name)).toEqual(['a2', 'b2'])
    expect(line.length).toBe(3)
    expect(shiftAll(line)).toEqual(['a1', 'c1', 'a3'])
  })
})
