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
  /** Jobs that are being worked on. */
  readonly running: number
  /** Jobs that wait for a thread. */
  readonly queued: number
  /** The most that were being worked on at one time. */
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
  const threads = createHashThreads(limit)
  const waiting: Job[] = []
  let handedOver = 0
  let peakRunning = 0
  let hashes = 0
  let closed = false

  const running = (): number => Math.min(handedOver, limit)
  const queued = (): number => handedOver + waiting.length - running()
  const isFull = (): boolean => closed || (running() >= limit && queued() >= queueLimit)

  function startNext(): void {
    const inTime = waiting.findIndex((job) => clock.monotonicMs() - job.queuedAtMs <= waitLimitMs)
    refuse(waiting.splice(0, inTime === -1 ? waiting.length : inTime))
    // Each thread has its next job at hand: it doesn't idle while this thread is busy, say with a write to a database.
    const job = handedOver < limit * 2 ? waiting.shift() : undefined
    if (job !== undefined) void work(job)
  }

  async function work(job: Job): Promise<void> {
    handedOver += 1
    peakRunning = Math.max(peakRunning, running())
    try {
      const reply = await threads.run(job.task)
      hashes += reply.hashes
      job.resolve(reply.result)
    } catch (error) {
      job.reject(error)
    }
    handedOver -= 1
    startNext()
  }

  return {
    isFull,
    stats: () => ({ running: running(), queued: queued(), peakRunning, hashes }),
    async run(task) {
      if (isFull()) throw new UnavailableError({ retryAfter })
      const job = { ...Promise.withResolvers<HashReply['result']>(), task, queuedAtMs: clock.monotonicMs() }
      waiting.push(job)
      startNext()
      return job.promise
    },
    async close() {
      closed = true
      await threads.end()
    },
  }
}

function refuse(jobs: readonly Job[]): void {
  for (const job of jobs) job.reject(new UnavailableError({ retryAfter }))
}
