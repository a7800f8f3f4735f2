import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UnavailableError } from '../../src/errors.ts'
import { type HashThreads, createHashThreads } from '../../src/password/hash-threads.ts'
import type { HashReply, HashTask } from '../../src/password/hash-worker.ts'

const task: HashTask = { kind: 'hash', password: 'correct horse' }

/** Each thread that was started, and how many tasks it has done. */
let started: { readonly worker: Worker; done: number }[]
let threads: HashThreads

function noteStart(worker: Worker): void {
  const thread = { worker, done: 0 }
  started.push(thread)
  worker.on('message', () => {
    thread.done += 1
  })
}

function runAtOnce(count: number): Promise<HashReply[]> {
  return Promise.all(Array.from({ length: count }, () => threads.run(task)))
}

beforeEach(() => {
  started = []
  threads = createHashThreads(2)
  process.on('worker', noteStart)
})

afterEach(async () => {
  process.off('worker', noteStart)
  await threads.end()
})

describe('createHashThreads', () => {
  it('starts no thread before the first task', () => {
    expect(started).toEqual([])
  })

  it('starts a thread for each task while all are busy, up to the limit, and gives the next to those that have the fewest', async () => {
    await runAtOnce(6)

    expect(started.map(({ done }) => done)).toEqual([3, 3])
  })

  it('starts none while one is idle', async () => {
    await threads.run(task)
    await threads.run(task)

    expect(started.map(({ done, worker }) => [done, worker.threadName])).toEqual([[2, 'latchkey-hash']])
  })

  it('stops its threads, and takes no more tasks', async () => {
    await threads.run(task)
    await threads.end()

    expect(started.map(({ worker }) => worker.threadId)).toEqual([-1])
    await expect(threads.run(task)).rejects.toEqual(new UnavailableError({ retryAfter: 2 }))
  })
})
