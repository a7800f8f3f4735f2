import os from 'node:os'
import { systemClock, type Clock } from '../clock.ts'
import { UnavailableError } from '../errors.ts'
import { createHashThreads } from './hash-threads.ts'
import type { HashReply, HashTask } from './hash-worker.ts'
import type { PasswordCheck } from './password.ts'

/**
 * Hashes passwords in threads of its own, so that a flood of logins holds up neither the event loop nor Node's own
 * pool of threads. What it can't do in time is refused with an `UnavailableError`: a full queue at once, and the rest
 * after the longest wait. There is no way to cancel: a client that went away keeps its place until its hash is done.
 */
export interface HashPool {
  /** Compares a password with a stored hash; `null` for a user that doesn't exist. Always costs one current hash. */
  check(password: string, stored: string | null): Promise<PasswordCheck>
  /** Hashes a new password. */
  hash(password: string): Promise<string>
  /** Whether the next job would be refused at once. */
  isFull(): boolean
  /** What the pool is doing and has done. */
  stats(): HashPoolStats
  /** Stops the threads. Jobs that are queued or running fail, and so do later ones. */
  close(): Promise<void>
}

/** What a hash pool is doing and has done. */
export interface HashPoolStats {
  /** Jobs that have a thread. */
  readonly running: number
  /** Jobs that wait for one. */
  readonly queued: number
  /** The most jobs that had a thread at one time. */
  readonly peakRunning: number
  /** Hashes computed at the current cost, as the threads count them. */
  readonly hashes: number
}

/** Limits of a hash pool. */
export interface HashPoolOptions {
  /** How many threads hash at once (default: one per core, at most 4). They start with the first jobs. */
  readonly threads?: number
  /** How many jobs may wait (default: 64). */
  readonly queueLimit?: number
  /** How long a job may wait, in milliseconds; looked at whenever a thread is free (default: 2,000). */
  readonly waitLimitMs?: number
  readonly clock?: Clock
}

interface Job extends PromiseWithResolvers<HashReply['result']> {
  readonly task: HashTask
  readonly queuedAtMs: number
}

/** When to try again, in seconds. */
const retryAfter = 2

let shared: HashPool | null = null

/** The pool of this process. Every `Auth` uses it, since they share the processor. */
export function sharedHashPool(): HashPool {
  shared ??= createHashPool()
  return shared
}

/** Makes a pool of its own. No thread starts before the first job. */
export function createHashPool(options: HashPoolOptions = {}): HashPool {
  const queue = createJobQueue(options)
  return {
    // A thread answers each kind of task with its own kind of result.
    check: async (password, stored) => (await queue.run({ kind: 'check', password, stored })) as PasswordCheck,
    hash: async (password) => (await queue.run({ kind: 'hash', password })) as string,
    isFull: () => queue.isFull(),
    stats: () => queue.stats(),
    close: () => queue.close(),
  }
}

type JobQueue = Pick<HashPool, 'isFull' | 'stats' | 'close'> & { run(task: HashTask): Promise<HashReply['result']> }

function createJobQueue({
  threads: limit = Math.min(4, os.availableParallelism()),
  queueLimit = 64,
  waitLimitMs = 2_000,
  clock = systemClock,
}: HashPoolOptions): JobQueue {
  const threads = createHashThreads()
  const waiting: Job[] = []
  const counts = { running: 0, peakRunning: 0, hashes: 0 }
  let closed = false

  const isFull = (): boolean => closed || (counts.running >= limit && waiting.length >= queueLimit)

  function startNext(): void {
    const inTime = waiting.findIndex((job) => clock.monotonicMs() - job.queuedAtMs <= waitLimitMs)
    refuse(waiting.splice(0, inTime === -1 ? waiting.length : inTime))
    const job = counts.running < limit ? waiting.shift() : undefined
    if (job !== undefined) void work(job)
  }

  async function work(job: Job): Promise<void> {
    counts.running += 1
    counts.peakRunning = Math.max(counts.peakRunning, counts.running)
    try {
      const { result, hashes } = await threads.run(job.task)
      counts.hashes += hashes
      job.resolve(result)
    } catch (error) {
      job.reject(error)
    }
    counts.running -= 1
    startNext()
  }

  return {
    isFull,
    stats: () => ({ ...counts, queued: waiting.length }),
    async run(task) {
      if (isFull()) throw new UnavailableError({ retryAfter })
      const job = { ...Promise.withResolvers<HashReply['result']>(), task, queuedAtMs: clock.monotonicMs() }
      waiting.push(job)
      startNext()
      return job.promise
    },
    async close() {
      closed = true
      refuse(waiting.splice(0))
      await threads.end()
    },
  }
}

function refuse(jobs: readonly Job[]): void {
  for (const job of jobs) job.reject(new UnavailableError({ retryAfter }))
}
