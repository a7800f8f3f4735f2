import { describe, expect, it } from 'vitest'
import { createFairLine } from '../src/fair-line.ts'

describe('createFairLine', () => {
  it('puts lower ranks first, and of equal ones whoever came first', () => {
    const line = createFairLine<string>(10)
    for (const [name, rank] of [
      ['b', 2],
      ['a', 1],
      ['c', 2],
      ['z', 0],
    ] as const)
      line.join(name, rank)

    expect([line.shift(), line.shift(), line.shift(), line.shift(), line.shift()]).toEqual([
      'z',
      'a',
      'b',
      'c',
      undefined,
    ])
  })

  it('drops the last of the highest rank when it is full, or whoever comes with none lower', () => {
    const line = createFairLine<string>(2)
    const dropped = [line.join('often', 5), line.join('twice', 2), line.join('first', 1), line.join('again', 2)]

    expect(dropped).toEqual([null, null, 'often', 'again'])
    expect(line.length).toBe(2)
  })

  it('says whether there is room for a rank', () => {
    const line = createFairLine<string>(1)
    const before = line.hasRoom(9)
    line.join('a', 2)

    expect([before, line.hasRoom(1), line.hasRoom(2), line.hasRoom(3)]).toEqual([true, true, false, false])
  })

  it('has room for nobody where nobody may wait', () => {
    const line = createFairLine<string>(0)

    expect(line.hasRoom(0)).toBe(false)
    expect(line.join('a', 0)).toBe('a')
  })

  it('takes out what is over, and leaves the others in their order', () => {
    const line = createFairLine<number>(10)
    for (const item of [1, 2, 3, 4]) line.join(item, item)

    expect(line.remove((item) => item % 2 === 0)).toEqual([2, 4])
    expect([line.shift(), line.shift(), line.shift()]).toEqual([1, 3, undefined])
  })
})
