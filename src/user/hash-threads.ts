import type { Worker } from 'node:worker_threads'
import { UnavailableError } from '../errors.ts'
import type { HashReply, HashTask } from './hash-worker.ts'

/** Worker threads that hash, as many as there are tasks at one time. Idle ones keep no process alive. */
export interface HashThreads {
  /**
   * Gives the task to an idle thread, or starts one.
   *
   * @throws {UnavailableError} When the thread dies of it, or can't start.
   */
  run(task: HashTask): Promise<HashReply>
  /** Stops all threads; tasks that they have fail. */
  end(): Promise<void>
}

interface HashThread {
  readonly worker: Worker
  task: PromiseWithResolvers<HashReply> | null
}

// The sources run as they are, the package compiled: the worker is the same kind of file as this one.
const workerFile = import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.js'

/** Starts no thread before the first task. */
export function createHashThreads(): HashThreads {
  const threads = new Set<HashThread>()
  let ended = false

  return {
    async run(task) {
      // Imported here, since most processes that import latchkey hash nothing at their start.
      const { Worker } = await import('node:worker_threads')
      if (ended) throw new UnavailableError({ retryAfter: 2 })
      const idle = Array.from(threads).find((thread) => thread.task === null)
      return runTask(idle ?? startThread(threads, Worker), task)
    },
    async end() {
      ended = true
      await Promise.all(Array.from(threads, ({ worker }) => worker.terminate()))
    },
  }
}

function startThread(threads: Set<HashThread>, ThreadWorker: typeof Worker): HashThread {
  // Flags of the process, such as `--input-type`, may not fit a worker.
  const worker = new ThreadWorker(new URL(workerFile, import.meta.url), { name: 'latchkey-hash', execArgv: [] })
  const thread: HashThread = { worker, task: null }
  let cause: unknown

  worker.on('message', (reply: HashReply) => {
    worker.unref()
    thread.task?.resolve(reply)
    thread.task = null
  })
  worker.on('error', (error) => {
    cause = error
  })
  worker.on('exit', () => {
    threads.delete(thread)
    thread.task?.reject(new UnavailableError({ retryAfter: 2, cause }))
  })
  threads.add(thread)
  return thread
}

function runTask(thread: HashThread, task: HashTask): Promise<HashReply> {
  thread.task = Promise.withResolvers()
  thread.worker.ref()
  thread.worker.postMessage(task, [])
  return thread.task.promise
}
