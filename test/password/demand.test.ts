import { describe, expect, it } from 'vitest'
import { createDemand } from '../../src/password/hash-lines.ts'
import { minutes } from '../../src/duration.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'

describe('createDemand', () => {
  it('adds up what each key has', () => {
    const demand = createDemand(createMovableClock())
    demand.add('a', 20)

    expect(demand.add('a', 10)).toBe(30)
    expect(demand.of('a')).toBe(30)
    expect(demand.of('b')).toBe(0)
  })

  it('takes back what was given back, and no more', () => {
    const demand = createDemand(createMovableClock())
    demand.add('a', 2)

    expect([demand.add('a', -1), demand.add('a', -5), demand.of('a')]).toEqual([1, 0, 0])
  })

  it('forgets half of it in half an hour', () => {
    const clock = createMovableClock()
    const demand = createDemand(clock)
    demand.add('a', 40)
    clock.move(minutes(30))

    expect(demand.of('a')).toBeCloseTo(20)
    expect(demand.add('a', 1)).toBeCloseTo(21)
  })

  it('keeps a hundred thousand keys, and forgets whoever had something longest ago', () => {
    const demand = createDemand(createMovableClock())
    demand.add('first', 1)
    demand.add('second', 1)
    demand.add('first', 1)
    for (let key = 0; key < 99_999; key += 1) demand.add(String(key), 1)

    expect([demand.of('first'), demand.of('second')]).toEqual([2, 0])
  })
})
