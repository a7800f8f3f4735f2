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

/**
 * Two lines, served in turn, so that however many wait in the open one, known devices get every second hash. In each,
 * whoever has asked for the fewest milliseconds of hashing of late comes first; when it is full, whoever has asked for
 * the most must go. A right password is given back to its address, and charged to its account at a sixteenth: who has few
 * accounts gains nothing by many addresses, and who logs in often isn't behind those who guess.
 */
export interface HashLines<Job> {
  readonly length: number
  /** Counts a job that needs no place, and gives the rank of its share. */
  ask(share: HashShare): number
  /** Whether a job of this share would get a place. An ask that finds none counts like one that does. */
  hasRoom(share: HashShare): boolean
  /** Gives the job that has to go: one of somebody who asked for more, or this one; `null`: there was room. */
  join(job: Job, share: HashShare): Job | null
  shift(): Job | undefined
  remove(isOver: (job: Job) => boolean): Job[]
  /** Charges what a hash took beyond a usual one, and gives back what was right. */
  charge(share: HashShare, spent: { readonly tookMs: number; readonly isRight: boolean }): void
}

/** What a hash takes at the current cost, in milliseconds, until one has been measured. */
const firstGuessMs = 20

export function createHashLines<Job>(limit: number, clock: Clock): HashLines<Job> {
  const demand = createDemand(clock)
  const lines: Readonly<Record<HashShare['line'], FairLine<Job>>> = {
    known: createFairLine(limit),
    open: createFairLine(limit),
  }
  let usualMs = firstGuessMs
  let next: HashShare['line'] = 'known'

  const keyOf = ({ line, key }: HashShare): string => `${line}:${key}`
  const ofAccount = ({ account }: HashShare): number => (account === undefined ? 0 : demand.of(`right:${account}`))
  const ask = (share: HashShare): number => demand.add(keyOf(share), usualMs) + ofAccount(share)

  return {
    get length() {
      return lines.known.length + lines.open.length
    },

    ask,

    hasRoom(share) {
      const isRoom = lines[share.line].hasRoom(demand.of(keyOf(share)) + usualMs + ofAccount(share))
      if (!isRoom) ask(share)
      return isRoom
    },

    join: (job, share) => lines[share.line].join(job, ask(share)),

    shift() {
      const line = lines[next].length > 0 ? next : other(next)
      next = other(line)
      return lines[line].shift()
    },

    remove: (isOver) => [...lines.known.remove(isOver), ...lines.open.remove(isOver)],

    charge(share, { tookMs, isRight }) {
      if (isRight && share.account !== undefined) {
        demand.add(keyOf(share), -usualMs)
        demand.add(`right:${share.account}`, tookMs / 16)
      } else if (tookMs > usualMs) {
        demand.add(keyOf(share), tookMs - usualMs)
      }
      // One that is dear, of another kind of hash, says nothing of the usual ones.
      usualMs += (Math.min(tookMs, usualMs * 2) - usualMs) / 16
    },
  }
}

function other(line: HashShare['line']): HashShare['line'] {
  return line === 'known' ? 'open' : 'known'
}
