import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { takeTurn } from '../../src/endpoints/turns.ts'

async function note(log: string[], name: string): Promise<void> {
  await takeTurn()
  log.push(name)
}

it('serves one post in each turn of the event loop, in their order, and other things in between (row 62)', async () => {
  const log: string[] = []
  const posts = ['first', 'second', 'third'].map((name) => note(log, name))

  await nextTurn()
  log.push('a session check')
  await Promise.all(posts)

  expect(log).toEqual(['first', 'a session check', 'second', 'third'])
})
