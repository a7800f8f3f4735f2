import os from 'node:os'
import { systemClock, type Clock } from '../clock.ts'
import { UnavailableError } from '../errors.ts'
import { createHashLines, mostWaiting } from './hash-lines.ts'
import { type HashShare, type Shared, shareOfApp } from './hash-share.ts'
import { createHashThreads } from './hash-threads.ts'
import type { HashReply, HashTask } from './hash-worker.ts'
import type { PasswordCheck } from './password.ts'

/**
 * Hashes passwords in threads of its own, so that a flood of logins holds up neither the event loop nor Node's own
 * pool of threads. Each job is of somebody's share, by which it is queued (`HashLines`). What can't be done in time is
 * refused with an `UnavailableError`: at once where the line is full of those who asked for less, and the rest after
 * the longest wait. There is no way to cancel: a client that went away keeps its place until its hash is done.
 */
export interface HashPool {
  /**
   * Compares a password with a stored hash; `null` for a user that doesn't exist. Always costs one current hash.
   *
   * @param share - (default: the app's own)
   */
  check(password: string, stored: string | null, share?: HashShare): Promise<PasswordCheck>
  /** Hashes a new password. */
  hash(password: string, share?: HashShare): Promise<string>
  /** Whether a job of this share would not be refused at once. */
  hasRoom(share?: HashShare): boolean
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
  /** How many jobs may wait in each of the two lines (default: 64). */
  readonly queueLimit?: number
  /** How long a job may wait, in milliseconds; looked at whenever a thread is free (default: 2,000). */
  readonly waitLimitMs?: number
  readonly clock?: Clock
}

interface Job extends PromiseWithResolvers<HashReply['result']>, Shared {
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
    check: async (password, stored, share) =>
      (await queue.run({ kind: 'check', password, stored }, share)) as PasswordCheck,
    hash: async (password, share) => (await queue.run({ kind: 'hash', password }, share)) as string,
    hasRoom: (share) => queue.hasRoom(share),
    stats: () => queue.stats(),
    close: () => queue.close(),
  }
}

type JobQueue = Pick<HashPool, 'hasRoom' | 'stats' | 'close'> & {
  run(task: HashTask, share?: HashShare): Promise<HashReply['result']>
}

function createJobQueue({
  threads: limit = Math.min(4, os.availableParallelism()),
  queueLimit = mostWaiting,
  waitLimitMs = 2_000,
  clock = systemClock,
}: HashPoolOptions): JobQueue {
  const threads = createHashThreads(limit)
  const lines = createHashLines<Job>(queueLimit, clock)
  let handedOver = 0
  let peakRunning = 0
  let hashes = 0
  let closed = false

  const running = (): number => Math.min(handedOver, limit)
  // Each thread has its next job at hand: it doesn't idle while this thread is busy, say with a write to a database.
  const isThreadFree = (): boolean => handedOver < limit * 2

  function startNext(): void {
    const latest = clock.monotonicMs() - waitLimitMs
    for (const job of lines.remove(({ queuedAtMs }) => queuedAtMs < latest)) refuse(job)
    const job = isThreadFree() ? lines.shift() : undefined
    if (job !== undefined) void work(job)
  }

  async function work(job: Job): Promise<void> {
    handedOver += 1
    peakRunning = Math.max(peakRunning, running())
    lines.count(job)
    try {
      const reply = await threads.run(job.task)
      hashes += reply.hashes
      lines.charge(job, {
        tookMs: reply.tookMs,
        isRight: typeof reply.result === 'object' && reply.result.matches,
      })
      job.resolve(reply.result)
    } catch (error) {
      job.reject(error)
    }
    handedOver -= 1
    startNext()
  }

  return {
    hasRoom: (share = shareOfApp) => !closed && (isThreadFree() || lines.hasRoom(share)),
    stats: () => ({ running: running(), queued: handedOver + lines.length - running(), peakRunning, hashes }),
    async run(task, share = shareOfApp) {
      if (closed) throw new UnavailableError({ retryAfter })
      const job = { ...Promise.withResolvers<HashReply['result']>(), task, share, queuedAtMs: clock.monotonicMs() }
      if (isThreadFree()) {
        void work(job)
      } else {
        const dropped = lines.join(job)
        if (dropped !== null) refuse(dropped)
      }
      return job.promise
    },
    async close() {
      closed = true
      await threads.end()
    },
  }
}

function refuse(job: Job): void {
  job.reject(new UnavailableError({ retryAfter }))
}
