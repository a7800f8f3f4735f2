import { describe, expect, it } from 'vitest'
import { createForgetOldest } from '../src/forget-oldest.ts'

describe('createForgetOldest', () => {
  it('forgets one key after the other, in the order in which they were added, also again', () => {
    const map = new Map([1, 2, 3].map((key) => [key, key]))
    const forgetOldest = createForgetOldest(map)
    forgetOldest()
    map.delete(2)
    map.set(2, 2)
    map.set(4, 4)
    const left: number[][] = []
    for (let time = 0; time < 3; time += 1) {
      forgetOldest()
      left.push([...map.keys()])
    }

    expect(left).toEqual([[2, 4], [4], []])
  })

  it('goes on with keys that are added after it came to the end', () => {
    const map = new Map([['a', 1]])
    const forgetOldest = createForgetOldest(map)
    forgetOldest()
    forgetOldest()
    map.set('b', 1)
    map.set('c', 1)
    forgetOldest()

    expect([...map.keys()]).toEqual(['c'])
  })
})
