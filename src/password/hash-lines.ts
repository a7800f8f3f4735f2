import { type Clock, systemClock } from '../clock.ts'
import { minutes } from '../duration.ts'
import { createForgetOldest } from '../forget-oldest.ts'
import { type FairLine, createFairLine } from './fair-line.ts'
import type { HashShare, Shared } from './hash-share.ts'

/**
 * Two lines, served in turn, so that however many wait in the open one, known devices get every second hash. In each,
 * whoever has had the fewest hashes of late comes first; when it is full, whoever has most must go. A right password is
 * given back to its address, and charged to its account at a sixteenth: who has few accounts gains nothing by many
 * addresses, and who logs in often isn't behind those who guess.
 */
export interface HashLines<Job extends Shared> {
  readonly length: number
  /** Whether a job of this share would get a place. */
  hasRoom(share: HashShare): boolean
  /** Gives the job that has to go: one of somebody who has more, or this one; `null`: there was room. */
  join(job: Job): Job | null
  shift(): Job | undefined
  /** Takes out all that `isOver` names. */
  remove(isOver: (job: Job) => boolean): Job[]
  /** Counts a job that is begun. */
  count(job: Job): void
  /** Charges what it took beyond a usual one, and gives back what was right. */
  charge(job: Job, spent: { readonly tookMs: number; readonly isRight: boolean }): void
}

/** How many jobs may wait in each line, where nothing else is said. */
export const mostWaiting = 64

/** What a hash takes at the current cost, in milliseconds, until one has been measured. */
const firstGuessMs = 20
const chargeOfRight = 1 / 16

export function createHashLines<Job extends Shared>(limit: number, clock: Clock): HashLines<Job> {
  // In usual hashes.
  const had = createDemand(clock)
  const keyOf = ({ line, key }: HashShare): string => `${line}:${key}`
  const accountOf = (account: string): string => `right:${account}`

  function hadBy(share: HashShare): number {
    return had.of(keyOf(share)) + (share.account === undefined ? 0 : had.of(accountOf(share.account)))
  }

  const lines: Readonly<Record<HashShare['line'], FairLine<Job>>> = {
    known: createFairLine(limit, hadBy),
    open: createFairLine(limit, hadBy),
  }
  let next: HashShare['line'] = 'known'
  let usualMs = firstGuessMs

  return {
    get length() {
      return lines.known.length + lines.open.length
    },

    hasRoom: (share) => lines[share.line].hasRoom(share),
    join: (job) => lines[job.share.line].join(job),

    shift() {
      const line = lines[next].length > 0 ? next : other(next)
      next = other(line)
      return lines[line].shift()
    },

    remove: (isOver) => [...lines.known.remove(isOver), ...lines.open.remove(isOver)],
    count: ({ share }) => void had.add(keyOf(share), 1),

    charge({ share }, { tookMs, isRight }) {
      const cost = tookMs / usualMs
      if (isRight && share.account !== undefined) {
        had.add(keyOf(share), -1)
        had.add(accountOf(share.account), cost * chargeOfRight)
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

/**
 * How much each key has had of late. What is scarce goes first to whoever has had least, so that nobody who asks again
 * and again comes before someone who asks for the first time.
 */
export interface Demand {
  /** What this key has had; half of it is forgotten every half an hour. */
  of(key: string): number
  /** Adds to it, or takes from it, and gives the sum. */
  add(key: string, amount: number): number
}

const halfLifeMs = minutes(30) * 1000
/** Of more keys, the one that was changed longest ago is forgotten: by then it is as good as new. */
const capacity = 100_000

interface Had {
  readonly amount: number
  readonly atMs: number
}

export function createDemand(clock: Clock = systemClock): Demand {
  // In the order of the last change: a key is deleted before it is added again.
  const hadByKey = new Map<string, Had>()
  const forgetOldest = createForgetOldest(hadByKey)

  function of(key: string): number {
    const last = hadByKey.get(key)
    return last === undefined ? 0 : last.amount * 2 ** ((last.atMs - clock.monotonicMs()) / halfLifeMs)
  }

  return {
    of,
    add(key, amount) {
      const sum = Math.max(0, of(key) + amount)
      hadByKey.delete(key)
      hadByKey.set(key, { amount: sum, atMs: clock.monotonicMs() })
      if (hadByKey.size > capacity) forgetOldest()
      return sum
    },
  }
}
