import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { afterEach, expect, it, vi } from 'vitest'
import { UnavailableError } from '../../src/errors.ts'
import { createHashThreads } from '../../src/password/hash-threads.ts'
import type { HashTask } from '../../src/password/hash-worker.ts'

const task: HashTask = { kind: 'hash', password: 'correct horse' }
const exhausted = new Error('Worker initialization failure: EAGAIN')
const system = vi.hoisted(() => ({ threadsLeft: 0 }))

// A system that gives so many threads, and no more. To bring a real one there would take the whole machine.
vi.mock('node:worker_threads', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:worker_threads')>()
  class ScarceWorker extends original.Worker {
    constructor(...values: ConstructorParameters<typeof Worker>) {
      if (system.threadsLeft === 0) throw exhausted
      system.threadsLeft -= 1
      super(...values)
    }
  }
  return { ...original, Worker: ScarceWorker }
})

const threads = createHashThreads(1)

afterEach(() => threads.end())

it('is unavailable where no thread can start, also for those that waited in one that died (row 95)', async () => {
  await expect(threads.run(task)).rejects.toEqual(new UnavailableError({ retryAfter: 2, cause: exhausted }))

  system.threadsLeft = 1
  const started = once(process, 'worker')
  const jobs = Promise.allSettled([threads.run(task), threads.run(task)])
  const [worker] = (await started) as [Worker]
  await worker.terminate()

  const unavailable = { status: 'rejected', reason: expect.any(UnavailableError) }
  expect(await jobs).toEqual([unavailable, unavailable])
})
