import { describe, expect, it } from 'vitest'
import { createKeyQueue } from '../../src/user/key-queue.ts'

describe('createKeyQueue', () => {
  it('runs a task after those that came before it, also where the first of them has ended', async () => {
    const inTurn = createKeyQueue()
    const second = Promise.withResolvers<void>()
    const ended: string[] = []
    const first = inTurn(['ann'], async () => undefined)
    const waiting = inTurn(['ann'], () => second.promise.then(() => ended.push('second')))
    await first
    const third = inTurn(['ann'], async () => ended.push('third'))
    second.resolve()
    await Promise.all([waiting, third])

    expect(ended).toEqual(['second', 'third'])
  })
})
