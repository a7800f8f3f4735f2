import type { Clock } from '../clock.ts'
import { createDemand } from '../demand.ts'
import { type FairLine, createFairLine } from '../fair-line.ts'

/** Whose hash it is, by which it is queued. */
export interface HashShare {
  /** Known devices, and users who are logged in, wait in a line of their own. */
  readonly line: 'known' | 'open'
  /** Who asks: an account in the line of the known, the network of an address in the open one. */
  readonly key: string
  /** The account that is tried, in the open line (default: none). */
  readonly account?: string
}

/** What the app asks for by itself. */
export const shareOfApp: HashShare = { line: 'open', key: 'app' }

/** A job, and whose it is. */
export interface Shared {
  readonly share: HashShare
}

/**
 * Two lines, served in turn, so that however many wait in the open one, known devices get every second hash. In each,
 * whoever has had the fewest hashes of late comes first; when it is full, whoever has had the most must go. A right
 * password is given back to its address, and charged to its account at a sixteenth: who has few accounts gains nothing
 * by many addresses, and who logs in often isn't behind those who guess.
 */
export interface HashLines<Job extends Shared> {
  readonly length: number
  /** Whether a job of this share would get a place. */
  hasRoom(share: HashShare): boolean
  /** Counts a job that needs no place. */
  pass(job: Job): void
  /** Gives the job that has to go: one of somebody who had more, or this one; `null`: there was room. */
  join(job: Job): Job | null
  shift(): Job | undefined
  /** Takes out all that `isOver` names. */
  remove(isOver: (job: Job) => boolean): Job[]
  /** Charges what a hash took beyond a usual one, and gives back what was right. */
  charge(share: HashShare, spent: { readonly tookMs: number; readonly isRight: boolean }): void
}

/** What a hash takes at the current cost, in milliseconds, until one has been measured. */
const firstGuessMs = 20
const chargeOfRight = 1 / 16

export function createHashLines<Job extends Shared>(limit: number, clock: Clock): HashLines<Job> {
  // In usual hashes.
  const had = createDemand(clock)
  const lines: Readonly<Record<HashShare['line'], FairLine<Job>>> = {
    known: createFairLine(limit),
    open: createFairLine(limit),
  }
  let usualMs = firstGuessMs
  let next: HashShare['line'] = 'known'

  const keyOf = ({ line, key }: HashShare): string => `${line}:${key}`
  const ofAccount = ({ account }: HashShare): number => (account === undefined ? 0 : had.of(`right:${account}`))
  const count = ({ share }: Job): number => had.add(keyOf(share), 1) + ofAccount(share)
  const uncount = ({ share }: Job): void => void had.add(keyOf(share), -1)

  return {
    get length() {
      return lines.known.length + lines.open.length
    },

    hasRoom: (share) => lines[share.line].hasRoom(had.of(keyOf(share)) + 1 + ofAccount(share)),
    pass: count,

    join(job) {
      const dropped = lines[job.share.line].join(job, count(job))
      if (dropped !== null) uncount(dropped)
      return dropped
    },

    shift() {
      const line = lines[next].length > 0 ? next : other(next)
      next = other(line)
      return lines[line].shift()
    },

    remove(isOver) {
      const removed = [...lines.known.remove(isOver), ...lines.open.remove(isOver)]
      removed.forEach(uncount)
      return removed
    },

    charge(share, { tookMs, isRight }) {
      const cost = tookMs / usualMs
      if (isRight && share.account !== undefined) {
        had.add(keyOf(share), -1)
        had.add(`right:${share.account}`, cost * chargeOfRight)
      } else if (cost > 2) {
        had.add(keyOf(share), cost - 1)
      }
      // One that is dear, of another kind of hash, says nothing of the usual ones.
      usualMs += (Math.min(tookMs, usualMs * 2) - usualMs) / 16
    },
  }
}

function other(line: HashShare['line']): HashShare['line'] {
  return line === 'known' ? 'open' : 'known'
}
