import os from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Auth } from '../../src/index.ts'
import { createHttpClient } from '../../src/testing/http-client.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { logIn, password } from './crowd.ts'
import { tell } from './fault-report.ts'
import { type FloodOutcome, type Looks, lookUntil, startBareServer, startFlood } from './flood.ts'
import { type Storage, openSqlite } from './storages.ts'
import { createUsers, openAuth, toSeconds } from './world.ts'

const logins = 5000
const hashMiB = 19
const heapMiB = 64
// What compiling takes belongs to what the server has before, and not to what the flood adds.
const compilingItself = { NODE_DISABLE_COMPILE_CACHE: '1' }
const threads = Math.min(4, os.availableParallelism())

let storage: Storage
let auth: Auth
let app: AppProcess
let cookie: string

beforeEach(async () => {
  storage = await openSqlite()
  auth = openAuth(storage)
  await createUsers(auth, 16)
  await start({})
})

afterEach(async () => {
  await app.kill()
  await auth.close()
  await storage.close()
})

async function start(environment: Readonly<Record<string, string>>): Promise<void> {
  app = await startApp({ ...storage.environment, ...environment })
  // Threads start and code is loaded: that is measured by no flood.
  await Promise.all(Array.from({ length: 8 }, (_, index) => logIn(app.url, `user${index}`)))
  cookie = (await logIn(app.url, 'user0')).cookie ?? ''
}

function formOf(username: string, secret: string): string {
  return new URLSearchParams({ username, password: secret }).toString()
}

async function peakRss(over: Promise<unknown>): Promise<number> {
  const ended = new AbortController()
  const ending = over.then(() => ended.abort())
  let peak = 0
  while (!ended.signal.aborted) {
    peak = Math.max(peak, (await app.usage()).rssBytes)
    await pause(100)
  }
  await ending
  return peak
}

async function recover(): Promise<number> {
  const startedAt = performance.now()
  while ((await logIn(app.url, 'user2')).status !== 303) await pause(50)
  return performance.now() - startedAt
}

/** Sends session checks for as long as a flood lasts. */
async function lookAtFlood(url: string, bodies: readonly string[]): Promise<{ outcome: FloodOutcome; looks: Looks }> {
  const flood = await startFlood({ url, logins, bodies })
  const looks = await lookUntil(flood.over, url, cookie)
  return { outcome: await flood.over, looks }
}

/** A first flood finds code that isn't compiled yet; a second one shows what it costs from then on. */
function describeP99(what: string, [idle, first, second]: readonly [Looks, Looks, Looks]): string {
  const [before, during, again] = [idle, first, second].map(({ p99Ms }) => p99Ms.toFixed(0))
  return `p99 of a ${what} ${during} ms, ${before} ms before, ${again} ms in a second flood`
}

function statusesOf({ statuses }: FloodOutcome): string {
  return Object.entries(statuses)
    .map(([status, count]) => `${count} x ${status}`)
    .join(', ')
}

describe('5,000 logins at once', () => {
  it('leave session checks, other people and the known browser of the owner alone, all at one account (F12)', async (context) => {
    const owner = createHttpClient(app.url, { 'x-forwarded-for': '192.0.2.1' })
    await owner.postForm('/login/', { username: 'user1', password })
    const bodies = [formOf('user1', 'wrong password')]
    const idle = await lookUntil(pause(2000), app.url, cookie)
    const flood = await startFlood({ url: app.url, logins, bodies })
    const looking = lookUntil(flood.over, app.url, cookie)
    await pause(300)
    const others = await Promise.all(Array.from({ length: 8 }, (_, index) => logIn(app.url, `user${index + 2}`)))
    const { status: ownerStatus } = await owner.postForm('/login/', { username: 'user1', password })
    const during = await looking
    const outcome = await flood.over
    const { looks: again } = await lookAtFlood(app.url, bodies)

    const p99 = describeP99('session check', [idle, during, again])
    tell(
      context,
      `F12 ${logins} guesses at one account from as many addresses: ${statusesOf(outcome)}; ${during.refused} of ` +
        `${during.count} session checks refused; ${p99}; others logged in: 8 of 8; the owner's known browser: in`,
    )
    expect(Object.keys(outcome.statuses)).toEqual(['401', '429'])
    expect(outcome.statuses[401]).toBeLessThanOrEqual(15)
    expect(others.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 303))
    expect(ownerStatus).toBe(303)
    expect([during.refused, again.refused]).toEqual([0, 0])
    expect(during.p99Ms).toBeLessThan(1000)
  })

  it('take no more hashes and memory at a time than there is room for, right and wrong ones (F12)', async (context) => {
    const users = Array.from({ length: 16 }, (_, index) => formOf(`user${index}`, password))
    const nobodies = Array.from({ length: 64 }, (_, index) => formOf(`nobody${index}`, 'wrong password'))
    const bodies = [...users, ...nobodies]
    // What a first flood takes, the runtime keeps: a second one needs little more.
    await (
      await startFlood({ url: app.url, logins, bodies })
    ).over
    // Node takes memory as long as there is some. With little of it, what isn't bounded would end the process.
    await app.kill()
    await start({ NODE_OPTIONS: `--max-old-space-size=${heapMiB} --max-semi-space-size=4`, ...compilingItself })
    const before = await app.usage()
    const flood = await startFlood({ url: app.url, logins, bodies })
    const looking = lookUntil(flood.over, app.url, cookie)
    const rssBytes = await peakRss(flood.over)
    const during = await looking
    const outcome = await flood.over
    const recoveredMs = await recover()
    const { hashPool } = await app.usage()

    const grownMiB = (rssBytes - before.rssBytes) / 2 ** 20
    tell(
      context,
      `F12 ${logins} logins to many accounts, in a heap of ${heapMiB} MiB: ${statusesOf(outcome)}; at most ${hashPool.peakRunning} hashes at once; memory ` +
        `+${grownMiB.toFixed(0)} MiB; ${during.refused} of ${during.count} session checks refused, ` +
        `p99 ${during.p99Ms.toFixed(0)} ms; a login succeeds ${toSeconds(recoveredMs)} later`,
    )
    expect(['303', '401', '429', '503']).toEqual(expect.arrayContaining(Object.keys(outcome.statuses)))
    expect(hashPool.peakRunning).toBeLessThanOrEqual(threads)
    expect(grownMiB).toBeLessThan(threads * hashMiB + heapMiB)
    expect(during.refused).toBe(0)
    expect(recoveredMs).toBeLessThan(10_000)
  })

  it('hold up even a server that does nothing but refuse them (F12)', async (context) => {
    const bare = await startBareServer()
    onTestFinished(bare.kill)
    const bodies = [formOf('user1', 'wrong password')]
    const idle = await lookUntil(pause(2000), bare.url, cookie)
    const { outcome, looks } = await lookAtFlood(bare.url, bodies)
    const { looks: again } = await lookAtFlood(bare.url, bodies)

    tell(
      context,
      `F12 ${logins} logins to a bare node:http server, for comparison: ${statusesOf(outcome)} in ` +
        `${toSeconds(outcome.tookMs)}; ${describeP99('GET', [idle, looks, again])}`,
    )
    expect(outcome.statuses).toEqual({ 401: logins })
  })
})
