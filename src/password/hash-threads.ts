import type { Worker } from 'node:worker_threads'
import { UnavailableError } from '../errors.ts'
import type { HashReply, HashTask } from './hash-worker.ts'

/** Worker threads that hash. Idle ones keep no process alive. */
export interface HashThreads {
  /**
   * Gives the task to the thread that has the fewest, or starts one while all are busy and there may be more.
   *
   * @throws {UnavailableError} When the thread dies of it, or can't start.
   */
  run(task: HashTask): Promise<HashReply>
  /** Stops all threads; tasks that they have fail. */
  end(): Promise<void>
}

interface Job extends PromiseWithResolvers<HashReply> {
  readonly task: HashTask
}

interface HashThread {
  readonly worker: Worker
  /** The first is being worked on, the others wait in the thread. */
  readonly jobs: Job[]
}

type WorkerClass = typeof Worker

// The sources run as they are, the package compiled: the worker is the same kind of file as this one.
const workerFile = import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.js'

/** Starts no thread before the first task, and never more than `limit`. */
export function createHashThreads(limit: number): HashThreads {
  const threads = new Set<HashThread>()
  // Late, since most processes that import latchkey hash nothing at their start; and once, not for each hash.
  let importing: Promise<typeof import('node:worker_threads')> | null = null
  let ended = false

  function choose(ThreadWorker: WorkerClass): HashThread {
    let least: HashThread | null = null
    for (const thread of threads) if (least === null || thread.jobs.length < least.jobs.length) least = thread
    return least === null || (least.jobs.length > 0 && threads.size < limit) ? start(ThreadWorker) : least
  }

  function start(ThreadWorker: WorkerClass): HashThread {
    // Flags of the process, such as `--input-type`, may not fit a worker.
    const worker = new ThreadWorker(new URL(workerFile, import.meta.url), { name: 'latchkey-hash', execArgv: [] })
    const thread: HashThread = { worker, jobs: [] }
    let cause: unknown

    worker.on('message', (reply: HashReply) => {
      thread.jobs.shift()?.resolve(reply)
      if (thread.jobs.length === 0) worker.unref()
    })
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('exit', () => {
      threads.delete(thread)
      const [failed, ...untouched] = thread.jobs
      failed?.reject(new UnavailableError({ retryAfter: 2, cause }))
      for (const job of untouched) giveTo(ThreadWorker, job)
    })
    threads.add(thread)
    return thread
  }

  function giveTo(ThreadWorker: WorkerClass, job: Job): void {
    if (ended) {
      job.reject(new UnavailableError({ retryAfter: 2 }))
      return
    }
    try {
      const { worker, jobs } = choose(ThreadWorker)
      jobs.push(job)
      worker.ref()
      worker.postMessage(job.task, [])
    } catch (cause) {
      // Where the system gives no more threads, Node says so at once.
      job.reject(new UnavailableError({ retryAfter: 2, cause }))
    }
  }

  return {
    async run(task) {
      importing ??= import('node:worker_threads')
      const { Worker } = await importing
      const job: Job = { ...Promise.withResolvers<HashReply>(), task }
      giveTo(Worker, job)
      return job.promise
    },
    async end() {
      ended = true
      await Promise.all(Array.from(threads, ({ worker }) => worker.terminate()))
    },
  }
}
