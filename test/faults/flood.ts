import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { check } from './crowd.ts'

export interface Flood {
  readonly url: string
  readonly logins: number
  /** What is posted, in turn. */
  readonly bodies: readonly string[]
}

export interface FloodOutcome {
  /** How many answers there were of each status; 0: none came. */
  readonly statuses: Readonly<Record<number, number>>
  readonly tookMs: number
}

/** Floods an app with logins from a process of its own. */
export async function startFlood(flood: Flood): Promise<{ readonly over: Promise<FloodOutcome> }> {
  const child = fork(join(import.meta.dirname, 'flood-child.ts'))
  await once(child, 'spawn')
  const over = once(child, 'message').then(([outcome]) => outcome as FloodOutcome)
  child.send(flood)
  return { over }
}

export interface Looks {
  readonly count: number
  /** Those that were not answered with 200. */
  readonly refused: number
  readonly p99Ms: number
}

/** Sends a session check every ten milliseconds until something is over, whether or not the last one was answered. */
export async function lookUntil(over: Promise<unknown>, url: string, cookie: string): Promise<Looks> {
  const ended = new AbortController()
  const ending = over.then(() => ended.abort())
  const looks = []
  while (!ended.signal.aborted) {
    looks.push(check(url, cookie))
    await pause(10)
  }
  await ending
  const answers = await Promise.all(looks)
  const tookMs = answers.map((answer) => answer.tookMs).toSorted((a, b) => a - b)
  return {
    count: answers.length,
    refused: answers.filter(({ status }) => status !== 200).length,
    p99Ms: tookMs[Math.floor(tookMs.length * 0.99)] ?? Number.NaN,
  }
}
