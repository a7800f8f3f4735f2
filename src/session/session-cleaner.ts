import { minutes } from '../duration.ts'
import { isMistake } from '../errors.ts'

/** Deletes expired sessions from time to time. */
export interface SessionCleaner {
  /** Begins, if it hasn't. Never keeps a process alive. */
  start(): void
  /** Ends; no further batch is deleted. Waits for the one under way. */
  stop(): Promise<void>
}

export interface SessionCleanerOptions {
  /** Takes the right to clean up, or keeps it, for so many seconds; `false` while another process has it. */
  readonly claim: (seconds: number) => Promise<boolean>
  /** Deletes up to so many, and returns how many it were. */
  readonly deleteExpired: (limit: number) => Promise<number>
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
export function createSessionCleaner({ claim, deleteExpired, onError }: SessionCleanerOptions): SessionCleaner {
  let timer: NodeJS.Timeout | undefined
  let batch: Promise<number> = Promise.resolve(0)

  function schedule(delayMs: number): void {
    timer = setTimeout(() => void clean(), delayMs)
    timer.unref()
  }

  async function cleanBatch(): Promise<number> {
    if (!(await claim(cleaningLease))) return 0
    const deleted = await deleteExpired(cleaningBatch)
    if (deleted < cleaningBatch) await claim(0)
    return deleted
  }

  async function clean(): Promise<void> {
    const own = timer
    batch = cleanBatch().catch(reportFault)
    const isMore = (await batch) === cleaningBatch
    // Another timer: stopped meanwhile, and perhaps started again.
    if (timer === own) schedule(isMore ? cleaningPauseMs : nextIntervalMs())
  }

  function reportFault(error: unknown): number {
    if (isMistake(error)) onError(error)
    return 0
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
  }
}

/** Not all at the same time, where many processes were started together. */
function nextIntervalMs(): number {
  return intervalSeconds * 1000 * (0.75 + Math.random() / 2)
}
