// One client that sends requests without waiting for answers. F13 was green while this took a server down: its clients sent one
// request each, and the answers that they didn't read fitted into the buffers of the operating system.
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Auth } from '../../src/index.ts'
import { onNode, startExample } from '../process/example.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { logIn } from './crowd.ts'
import { tell } from './fault-report.ts'
import { type Looks, askUntil, boundOf, lookUntil, startBareServer } from './flood.ts'
import type { Answer } from './ledger.ts'
import { type PipelineOutcome, startPipeline } from './pipeline.ts'
import { type Storage, openSqlite } from './storages.ts'
import { createUsers, openAuth, toSeconds } from './world.ts'

// No proxy's, as 127.0.0.1 is to these servers.
const localAddress = '127.0.0.2'
const heapMiB = 64
const head = 'Host: localhost\r\n\r\n'
const crossSite = `POST /login/ HTTP/1.1\r\nOrigin: https://evil.example\r\nContent-Length: 0\r\n${head}`

let storage: Storage
let auth: Auth
let app: AppProcess
let cookie: string

beforeEach(async () => {
  storage = await openSqlite()
  auth = openAuth(storage)
  await createUsers(auth, 2)
  // Node takes memory as long as there is some. With little of it, what isn't bounded would end the process.
  const NODE_OPTIONS = `--max-old-space-size=${heapMiB} --max-semi-space-size=4`
  app = await startApp({ ...storage.environment, NODE_OPTIONS, NODE_DISABLE_COMPILE_CACHE: '1' })
  cookie = (await logIn(app.url, 'user0')).cookie ?? ''
  // What is compiled and loaded first is measured by no attack.
  await lookUntil(pause(1000), app.url, cookie)
})

afterEach(async () => {
  await app.kill()
  await auth.close()
  await storage.close()
})

async function grownMiB(over: Promise<unknown>): Promise<number> {
  const before = (await app.usage()).rssBytes
  const ended = new AbortController()
  const ending = over.then(() => ended.abort())
  let peak = before
  while (!ended.signal.aborted) {
    peak = Math.max(peak, (await app.usage()).rssBytes)
    await pause(100)
  }
  await ending
  return (peak - before) / 2 ** 20
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

function p99(looks: Looks): string {
  return `${looks.p99Ms.toFixed(0)} ms`
}

function toMiB(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}

/** Session checks and logins of others until something is over. A login is answered with this status. */
async function useUntil(over: Promise<unknown>, url: string, right: number): Promise<{ checks: Looks; logins: Looks }> {
  const ask = (): Promise<Answer> => logIn(url, 'user1')
  const [checks, logins] = await Promise.all([
    lookUntil(over, url, cookie),
    askUntil(over, { everyMs: 100, right, ask }),
  ])
  return { checks, logins }
}

/** Session checks while a client sends, and what that does to the memory. */
async function lookDuring(attack: Omit<Parameters<typeof startPipeline>[0], 'port' | 'localAddress'>): Promise<{
  readonly quiet: Looks
  readonly during: Looks
  readonly bare: Looks
  readonly grown: number
  readonly outcome: PipelineOutcome
}> {
  const bareServer = await startBareServer()
  onTestFinished(bareServer.kill)
  await lookUntil(pause(1000), bareServer.url, cookie)
  const quiet = await lookUntil(pause(3000), app.url, cookie)
  const { over } = await startPipeline({ ...attack, port: app.port, localAddress })
  const [during, grown] = await Promise.all([lookUntil(over, app.url, cookie), grownMiB(over)])
  const onBare = await startPipeline({ ...attack, port: portOf(bareServer.url), localAddress })
  const bare = await lookUntil(onBare.over, bareServer.url, cookie)
  return { quiet, during, bare, grown, outcome: await over }
}

describe('requests that wait for no answer', () => {
  it.for([20, 240])(
    'take no memory and no time of others, 1,900 on each of %i connections (F33)',
    async (connections, context) => {
      const attack = {
        connections,
        request: `GET /login/ HTTP/1.1\r\n${head}`,
        atOnce: 1900,
        reads: false,
        seconds: 10,
      }
      const { quiet, during, bare, grown, outcome } = await lookDuring(attack)

      tell(
        context,
        `F33 1,900 requests on each of ${connections} connections, whose answers nobody reads, in a heap of ${heapMiB} MiB: ` +
          `${toMiB(outcome.sentBytes)} taken, memory +${grown.toFixed(0)} MiB; ${during.refused} of ` +
          `${during.count} session checks refused, p99 ${p99(during)}, ${p99(quiet)} before, a bare server's ${p99(bare)}`,
      )
      expect(during.refused).toBe(0)
      expect(grown).toBeLessThan(100)
      expect(during.p99Ms).toBeLessThan(boundOf(quiet, bare))
    },
  )

  it('take no memory where 500 clients read nothing of 4 MB, and their connections end (F33)', async (context) => {
    const attack = { connections: 500, request: `GET /large HTTP/1.1\r\n${head}`, atOnce: 1, reads: false, seconds: 45 }
    const { quiet, during, bare, grown, outcome } = await lookDuring(attack)
    const [last = 0] = outcome.endsMs.toSorted((a, b) => b - a)

    tell(
      context,
      `F33 500 connections of one address that read nothing of 4 MB, in a heap of ${heapMiB} MiB: ${outcome.endsMs.length} ended, the last after ` +
        `${toSeconds(last)}; memory +${grown.toFixed(0)} MiB; ${during.refused} of ${during.count} session checks refused, ` +
        `p99 ${p99(during)}, ${p99(quiet)} before, a bare server's ${p99(bare)}`,
    )
    expect(outcome.endsMs.length).toBe(500)
    expect(during.refused).toBe(0)
    expect(grown).toBeLessThan(200)
    expect(during.p99Ms).toBeLessThan(boundOf(quiet, bare))
  })
})

describe('posts from another site that wait for no answer', () => {
  it.for(['serveNode', 'Express'])('hold nobody else up, on %s (F33)', async (host, context) => {
    const settings = { store: storage.database.url, origin: 'http://localhost', trustedProxies: ['127.0.0.1'] }
    const express = await startExample(onNode('express'), settings)
    onTestFinished(express.close)
    const bare = await startBareServer({ hashes: true })
    onTestFinished(bare.kill)
    const url = host === 'Express' ? express.url : app.url

    const quiet = await useUntil(pause(3000), url, 303)
    const attack = { connections: 1, request: crossSite, atOnce: 60, reads: true, seconds: 10, localAddress }
    const { over } = await startPipeline({ ...attack, port: portOf(url) })
    const during = await useUntil(over, url, 303)
    await useUntil(pause(1000), bare.url, 401)
    const onBare = await startPipeline({ ...attack, port: portOf(bare.url) })
    const beside = await useUntil(onBare.over, bare.url, 401)

    const [sent, sentToBare] = await Promise.all([over, onBare.over])
    tell(
      context,
      `F33 posts from another site on one connection to ${host}: ${toMiB(sent.sentBytes)} taken; p99 of a session check ` +
        `${p99(during.checks)}, ${p99(quiet.checks)} before, a bare server's ${p99(beside.checks)} with ` +
        `${toMiB(sentToBare.sentBytes)}; of a login ${p99(during.logins)}, ${p99(quiet.logins)} before, a bare hash's ` +
        p99(beside.logins),
    )
    expect([during.checks.refused, during.logins.refused]).toEqual([0, 0])
    expect(during.checks.p99Ms).toBeLessThan(boundOf(quiet.checks, beside.checks))
    expect(during.logins.p99Ms).toBeLessThan(boundOf(quiet.logins, beside.logins))
  })
})
