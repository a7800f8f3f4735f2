import type { HashShare, Shared } from './hash-share.ts'

/**
 * Jobs that wait, by whose they are: whoever had least comes first, and of its jobs the oldest. There is room for so many,
 * and no more.
 */
export interface FairLine<Job extends Shared> {
  readonly length: number
  /** Whether a job of this share would get a place. */
  hasRoom(share: HashShare): boolean
  /** Gives the job that has to go where there was no room: the newest of whoever has most, which may be this one. */
  join(job: Job): Job | null
  shift(): Job | undefined
  /** Takes out all that `isOver` names. */
  remove(isOver: (job: Job) => boolean): Job[]
}

/** @param hadBy - What somebody had before, in jobs. It is asked whenever one is chosen. */
export function createFairLine<Job extends Shared>(limit: number, hadBy: (share: HashShare) => number): FairLine<Job> {
  // In the order of their first jobs, or of their last turns. None is empty.
  const queues = new Map<string, [Job, ...Job[]]>()
  let length = 0

  /** Who would have had most, if all that wait were served, this one among them. */
  function greediest(share: HashShare): string {
    let key = share.key
    let most = hadBy(share) + (queues.get(key)?.length ?? 0) + 1
    for (const [other, queue] of queues) {
      const claim = hadBy((queue.at(-1) ?? queue[0]).share) + queue.length
      if (claim > most) [key, most] = [other, claim]
    }
    return key
  }

  function dropNewest(key: string): Job | null {
    const queue = queues.get(key) ?? []
    const job = queue.pop() ?? null
    if (job !== null) length -= 1
    if (queue.length === 0) queues.delete(key)
    return job
  }

  function leastServed(): string | null {
    let key: string | null = null
    let least = Infinity
    for (const [other, [oldest]] of queues) {
      const had = hadBy(oldest.share)
      if (had < least) [key, least] = [other, had]
    }
    return key
  }

  return {
    get length() {
      return length
    },

    hasRoom: (share) => length < limit || greediest(share) !== share.key,

    join(job) {
      const { key } = job.share
      const leaves = length < limit ? null : greediest(job.share)
      if (leaves === key) return job
      const dropped = leaves === null ? null : dropNewest(leaves)
      const queue = queues.get(key)
      if (queue === undefined) queues.set(key, [job])
      else queue.push(job)
      length += 1
      return dropped
    },

    shift() {
      const key = leastServed()
      if (key === null) return undefined
      const [job, next, ...others] = queues.get(key) ?? []
      length -= 1
      // Behind those who had as much: turns go round.
      queues.delete(key)
      if (next !== undefined) queues.set(key, [next, ...others])
      return job
    },

    remove(isOver) {
      const removed: Job[] = []
      for (const [key, queue] of queues) {
        if (!queue.some(isOver)) continue
        removed.push(...queue.filter(isOver))
        const [first, ...others] = queue.filter((job) => !isOver(job))
        if (first === undefined) queues.delete(key)
        else queues.set(key, [first, ...others])
      }
      length -= removed.length
      return removed
    },
  }
}
