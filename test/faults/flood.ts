import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { check } from './crowd.ts'
import type { Answer } from './ledger.ts'

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

export interface BareServer {
  readonly url: string
  kill(): Promise<void>
}

/**
 * Starts a server that does nothing but refuse, in a process of its own.
 *
 * @param hashes - Whether it hashes for logins, as many at once as there are cores (default: `false`).
 */
export async function startBareServer({ hashes = false }: { readonly hashes?: boolean } = {}): Promise<BareServer> {
  const child = fork(join(import.meta.dirname, 'bare-child.ts'), hashes ? ['--hashes'] : [])
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    url: `http://127.0.0.1:${port}`,
    async kill() {
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}

export interface Looks {
  readonly count: number
  /** Those that were not answered as they should be. */
  readonly refused: number
  readonly p99Ms: number
}

/** By how much two measures of the same differ where the attackers, the server and whoever asks share two cores. */
const grainMs = 10

/** Twice what it is without an attack, or hardly more than what a server shows that does nothing. */
export function boundOf(quiet: Looks, bare: Looks): number {
  return Math.max(2 * quiet.p99Ms, 1.2 * bare.p99Ms) + grainMs
}

/** Sends a session check every ten milliseconds until something is over, whether or not the last one was answered. */
export function lookUntil(over: Promise<unknown>, url: string, cookie: string): Promise<Looks> {
  return askUntil(over, { everyMs: 10, right: 200, ask: () => check(url, cookie) })
}

interface Question {
  readonly everyMs: number
  readonly right: number
  /** Waits for each answer before it asks again. */
  readonly inTurn?: boolean
  readonly ask: () => Promise<Answer>
}

/** Asks again and again until something is over. */
export async function askUntil(
  over: Promise<unknown>,
  { everyMs, right, inTurn = false, ask }: Question,
): Promise<Looks> {
  const ended = new AbortController()
  const ending = over.then(() => ended.abort())
  const asked = []
  while (!ended.signal.aborted) {
    const asking = ask()
    asked.push(asking)
    if (inTurn) await asking
    await pause(everyMs)
  }
  await ending
  const answers = await Promise.all(asked)
  const tookMs = answers.map((answer) => answer.tookMs).toSorted((a, b) => a - b)
  return {
    count: answers.length,
    refused: answers.filter(({ status }) => status !== right).length,
    p99Ms: tookMs[Math.floor(tookMs.length * 0.99)] ?? Number.NaN,
  }
}
