import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CounterStore } from '../throttle/counter-store.ts'

/** A counter store that a test has opened, and how to close it. */
export interface OpenCounters {
  readonly store: CounterStore
  readonly close?: () => Promise<void>
}

/**
 * What a counter store promises: one test for each sentence of `CounterStore`. Runs under Vitest, in real time: a
 * window of it lasts a second.
 *
 * @param open - Opens a store; all of one run may share what is in it.
 */
export function counterStoreContract(name: string, open: () => Promise<OpenCounters>): void {
  let store: CounterStore
  let close: OpenCounters['close']
  let key: string

  const counts = (times: number, limit: number): Promise<boolean[]> =>
    Promise.all(Array.from({ length: times }, async () => (await store.count(key, limit, 60)).counted))

  describe(`${name} as CounterStore`, () => {
    // In here, or they would run for every other test of the file, too.
    beforeEach(async () => {
      ;({ store, close } = await open())
      key = `key-${Math.random()}`
    })

    afterEach(() => close?.())

    it('counts up to the limit, and nothing above it', async () => {
      expect(await store.count(key, 2, 60)).toMatchObject({ counted: true, count: 1 })
      expect(await store.count(key, 2, 60)).toMatchObject({ counted: true, count: 2 })
      expect(await store.count(key, 2, 60)).toMatchObject({ counted: false })
      expect(await store.peek(key)).toMatchObject({ count: 2 })
      expect(await store.count(key, 3, 60)).toMatchObject({ counted: true, count: 3 })
    })

    it('counts exactly so many of 200 at once (row 76)', async () => {
      const counted = await counts(200, 20)

      expect(counted.filter(Boolean)).toHaveLength(20)
      expect(await store.peek(key)).toMatchObject({ count: 20 })
    })

    it('says when the window ends, and moves its end by nothing', async () => {
      const first = await store.count(key, 5, 60)
      const second = await store.count(key, 5, 3_600)
      const peeked = await store.peek(key)

      expect(first.resetMs).toBeGreaterThan(58_000)
      expect(Math.max(first.resetMs, second.resetMs, peeked.resetMs)).toBeLessThan(60_001)
    })

    it('begins anew after the window', async () => {
      await store.count(key, 1, 1)
      const refused = await store.count(key, 1, 1)
      await new Promise((resolve) => {
        setTimeout(resolve, refused.resetMs + 50)
      })

      expect(refused.counted).toBe(false)
      expect(await store.peek(key)).toEqual({ count: 0, resetMs: 0 })
      expect(await store.count(key, 1, 1)).toMatchObject({ counted: true, count: 1 })
    })

    it('knows nothing of a key that was never counted', async () => {
      expect(await store.peek(key)).toEqual({ count: 0, resetMs: 0 })
    })

    it('counts nothing by looking', async () => {
      await store.count(key, 5, 60)
      await store.peek(key)
      await store.peek(key)

      expect(await store.peek(key)).toMatchObject({ count: 1 })
    })

    it('takes one back, and never below none', async () => {
      await counts(2, 5)
      await store.takeBack(key)
      const left = await store.peek(key)
      await store.takeBack(key)
      await store.takeBack(key)

      expect(left.count).toBe(1)
      expect((await store.peek(key)).count).toBe(0)
      expect((await counts(5, 3)).filter(Boolean)).toHaveLength(3)
    })

    it('takes nothing back of a key that was never counted', async () => {
      await store.takeBack(key)

      expect((await counts(5, 3)).filter(Boolean)).toHaveLength(3)
    })

    it('forgets a key, and no other', async () => {
      const other = `${key}-other`
      await store.count(key, 1, 60)
      await store.count(other, 1, 60)
      await store.forget(key)

      expect(await store.count(key, 1, 60)).toMatchObject({ counted: true })
      expect(await store.count(other, 1, 60)).toMatchObject({ counted: false })
    })

    it.each(['__proto__', 'Ann', 'ann ', 'ánn', 'a:n', '\u0000', '*', "'; DROP TABLE x; --", 'x'.repeat(255)])(
      'compares keys byte by byte: %j isn’t "ann" (rows 9, 11)',
      async (text) => {
        await store.count(`${key}ann`, 1, 60)

        expect(await store.count(`${key}${text}`.slice(0, 255), 1, 60)).toMatchObject({ counted: true, count: 1 })
      },
    )
  })
}
