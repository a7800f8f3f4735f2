import type { Clock } from './clock.ts'
import { crypto } from './crypto.ts'
import { minutes } from './duration.ts'
import { isMistake } from './errors.ts'

/** What of a store expires. It counts for nothing before it is deleted. */
const expiring = ['sessions', 'devices'] as const

type Expiring = (typeof expiring)[number]

/** What cleaning up uses of a store. */
interface OpenStore extends Readonly<
  Record<Expiring, { deleteExpired(instant: Date, limit: number): Promise<number> }>
> {
  claimCleaning?(holder: string, seconds: number): Promise<boolean>
}

/** How many of each kind were deleted. */
export type Deleted = Readonly<Record<Expiring, number>>

/** Deletes what has expired, from time to time, or when it is told to. */
export interface Cleaner {
  /** Begins, if it hasn't. Never keeps a process alive. */
  start(): void
  /** Ends; no further batch is deleted. Waits for the one under way. */
  stop(): Promise<void>
  /**
   * Takes the right to clean up, or keeps it, for so many seconds; `false` while another process has it. Zero seconds give
   * it back.
   */
  claim(seconds: number): Promise<boolean>
  /** Deletes what has expired, at most `limit` of each kind. */
  deleteExpired(limit: number): Promise<Deleted>
}

export interface CleanerOptions {
  readonly open: () => Promise<OpenStore>
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

const intervalSeconds = minutes(5)
// SQLite deletes this many within about a millisecond, during which nothing else in the process runs.
export const cleaningBatch: number = 30
export const cleaningPauseMs: number = 10

/**
 * How long a process that cleans up keeps others from it, in seconds, unless it goes on: longer than a batch takes, and
 * short enough to wait for when it was killed.
 */
export const cleaningLease = 5

/** Every five minutes or so; in batches with pauses, so that nobody waits for a large one. */
export function createCleaner({ open, clock, onError }: CleanerOptions): Cleaner {
  const holder = crypto().randomUUID()
  let timer: NodeJS.Timeout | undefined
  /** Under way, or the last one; whether more has expired. */
  let batch: Promise<boolean> = Promise.resolve(false)

  async function claim(seconds: number): Promise<boolean> {
    const { claimCleaning } = await open()
    return claimCleaning === undefined || claimCleaning(holder, seconds)
  }

  async function deleteExpired(limit: number): Promise<Deleted> {
    const store = await open()
    const deleted = { sessions: 0, devices: 0 }
    for (const kind of expiring) deleted[kind] = await store[kind].deleteExpired(clock.now(), limit)
    return deleted
  }

  function schedule(delayMs: number): void {
    timer = setTimeout(() => void clean(), delayMs)
    timer.unref()
  }

  async function cleanBatch(): Promise<boolean> {
    if (!(await claim(cleaningLease))) return false
    const isMore = isFull(await deleteExpired(cleaningBatch), cleaningBatch)
    if (!isMore) await claim(0)
    return isMore
  }

  async function clean(): Promise<void> {
    const own = timer
    batch = cleanBatch().catch(reportFault)
    const isMore = await batch
    // Another timer: stopped meanwhile, and perhaps started again.
    if (timer === own) schedule(isMore ? cleaningPauseMs : nextIntervalMs())
  }

  function reportFault(error: unknown): boolean {
    if (isMistake(error)) onError(error)
    return false
  }

  return {
    start() {
      if (timer === undefined) schedule(nextIntervalMs())
    },
    async stop() {
      clearTimeout(timer)
      timer = undefined
      await batch
    },
    claim,
    deleteExpired,
  }
}

/** Whether there may be more of a kind than were deleted. */
export function isFull(deleted: Deleted, limit: number): boolean {
  return Object.values(deleted).some((count) => count >= limit)
}

/** Not all at the same time, where many processes were started together. */
function nextIntervalMs(): number {
  return intervalSeconds * 1000 * (0.75 + Math.random() / 2)
}
