import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'

/** Has the log copied into the database's file, in a thread of its own, whenever some rows were written. */
export interface Checkpoints {
  /** Tells of rows that were written. */
  wrote(rows: number): void
  /** Waits for the one under way, and begins none after it. */
  close(): Promise<void>
}

/** A few MiB of log: each row is on some pages of 4 KiB. */
const rowsBetween = 300

// The sources run as they are; of the package all files are in folders beside this one's.
const workerFile = import.meta.url.endsWith('.ts') ? './checkpoint-worker.ts' : '../stores/sqlite-checkpoint-worker.js'

/** @param onFault - Called when no thread can be had: there will be no checkpoints. */
export function createCheckpoints(file: string, onFault: () => void): Checkpoints {
  let worker: Worker | null = null
  let written = 0
  let running: Promise<void> | null = null
  let ended = false

  async function start(): Promise<Worker> {
    // Imported here, since many processes write too little to need it.
    const { Worker: ThreadWorker } = await import('node:worker_threads')
    // Flags of the process, such as `--input-type`, may not fit a worker.
    return new ThreadWorker(new URL(workerFile, import.meta.url), {
      name: 'latchkey-checkpoint',
      execArgv: [],
      workerData: file,
    })
  }

  async function checkpoint(): Promise<void> {
    try {
      worker ??= await start()
      worker.ref()
      worker.postMessage('checkpoint', [])
      await once(worker, 'message')
      worker.unref()
    } catch {
      ended = true
      onFault()
    } finally {
      running = null
    }
  }

  return {
    wrote(rows) {
      written += rows
      if (written < rowsBetween || running !== null || ended) return
      written = 0
      running = checkpoint()
    },
    async close() {
      ended = true
      await running
      await worker?.terminate()
    },
  }
}
