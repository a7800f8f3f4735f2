// What a client that declares a body, and doesn't send it, gets from each host, and when.
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { toRouteHandlers } from '../../src/adapters/next.ts'
import { createAuth, sessionLogin, sessionLogout } from '../../src/index.ts'
import { type ExampleCommand, onNode, startExample } from '../process/example.ts'
import { openRaw } from '../process/raw-client.ts'
import { tell } from './fault-report.ts'
import { toSeconds } from './world.ts'

const denoPermissions = ['net', 'read', 'write', 'env', 'sys', 'ffi'].map((name) => `--allow-${name}`)
const denoImports = `--import-map=${import.meta.dirname}/../process/deno-imports.json`

interface Host {
  readonly start: (store: string) => Promise<{ readonly url: string; close(): Promise<void> }>
  /** Whether a connection is at its end after such an answer. Deno leaves it open; Bun itself ends it, after ten seconds. */
  readonly ends: boolean
  /** Whether the server is latchkey's, which tells nobody to go on whom it refuses. */
  readonly isOurs: boolean
}

function example(command: ExampleCommand, { ends = true, isOurs = false } = {}): Host {
  return {
    ends,
    isOurs,
    start: (store) => startExample(command, { store, origin: 'http://localhost', trustedProxies: [] }),
  }
}

const hosts: Readonly<Record<string, Host>> = {
  serveNode: example(onNode('hono'), { isOurs: true }),
  'node:http': example(onNode('node')),
  Express: example(onNode('express')),
  Fastify: example(onNode('fastify')),
  Koa: example(onNode('koa')),
  'Hono on its own server': { ends: true, isOurs: false, start: startHono },
  Bun: example(() => ['bun', 'examples/bun/server.ts'], { ends: false }),
  Deno: example(
    (port) => ['deno', 'serve', ...denoPermissions, denoImports, `--port=${port}`, 'examples/deno/server.ts'],
    { ends: false },
  ),
}

/** By the listener that its server has. */
async function startHono(store: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const auth = createAuth({ store })
  await auth.ready()
  const app = new Hono()
  app.mount('/login/', sessionLogin({ auth }))
  app.mount('/logout/', sessionLogout({ auth }))
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  async function close(): Promise<void> {
    server.closeAllConnections()
    server.close()
    await auth.close()
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

const form = 'Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n'
const huge = `${form}Content-Length: 200000000\r\n`
const short = `${form}Content-Length: 10\r\n`
const hundred = `${form}Content-Length: 100\r\n`
const chunked = `${form}Transfer-Encoding: chunked\r\n`
const expecting = 'Expect: 100-continue\r\n'

interface Stall {
  readonly head: string
  readonly status: number
  readonly withinMs: number
  /** Whether a byte more comes every second. */
  readonly drips?: boolean
}

const login = 'POST /login/ HTTP/1.1\r\n'
const logout = 'POST /logout/ HTTP/1.1\r\n'
const atOnce = 3_000
const afterTen = 15_000

/** The beginnings of requests whose bodies never come, and what is right for each. */
const stalls: Readonly<Record<string, Stall>> = {
  '200,000,000 bytes': { head: `${login}${huge}\r\n`, status: 413, withinMs: atOnce },
  'that many, asking to go on': { head: `${login}${huge}${expecting}\r\n`, status: 413, withinMs: atOnce },
  '10 bytes': { head: `${login}${short}\r\nuser`, status: 408, withinMs: afterTen },
  '10, asking to go on': { head: `${login}${short}${expecting}\r\n`, status: 408, withinMs: afterTen },
  chunks: { head: `${login}${chunked}\r\n4\r\nuser\r\n`, status: 408, withinMs: afterTen },
  'a byte a second': { head: `${login}${hundred}\r\n`, status: 408, withinMs: 35_000, drips: true },
  'a logout of 10': { head: `${logout}${short}\r\nuser`, status: 401, withinMs: atOnce },
  'a logout of chunks': { head: `${logout}${chunked}\r\n`, status: 401, withinMs: atOnce },
  'a logout of 200,000,000': { head: `${logout}${huge}\r\n`, status: 413, withinMs: atOnce },
}

interface Outcome {
  /** `null`: the connection ended without an answer. */
  readonly status: number | null
  readonly tookMs: number
  readonly wasContinued: boolean
  /** When the connection was at its end; `null`: not within five seconds of the answer. */
  readonly endedMs: number | null
}

async function send(port: number, { head, drips = false }: Stall): Promise<Outcome> {
  const { socket, send: write, answer, ended, destroy } = await openRaw(port)
  const startedAt = performance.now()
  await write(head)
  const timer = drips ? setInterval(() => void (socket.writable && write('a')), 1_000) : undefined
  const first = await answer()
  const last = first?.status === 100 ? await answer() : first
  const tookMs = performance.now() - startedAt
  clearInterval(timer)
  const hasEnded = await Promise.race([ended.then(() => true), pause(5_000, false)])
  const endedMs = hasEnded ? performance.now() - startedAt : null
  destroy()
  return { status: last?.status ?? null, tookMs, wasContinued: first?.status === 100, endedMs }
}

function describeOutcomes(outcomes: readonly (readonly [what: string, outcome: Outcome])[]): string {
  return outcomes
    .map(([what, { status, tookMs }]) => `${what} ${status ?? 'the end'} in ${toSeconds(tookMs)}`)
    .join(', ')
}

function isRight({ ends, isOurs }: Host, stall: Stall | undefined, outcome: Outcome): boolean {
  if (stall === undefined || outcome.tookMs > stall.withinMs) return false
  // Bun itself ends a request that takes so long.
  if (outcome.status !== stall.status) return stall.drips === true && outcome.status === null && !ends
  return (!ends || outcome.endedMs !== null) && !(isOurs && stall.status === 413 && outcome.wasContinued)
}

describe.concurrent('a body that is declared and never comes', () => {
  it.for(Object.entries(hosts))('is refused, or given up in time, on %s (F36)', async ([name, host], context) => {
    const store = `sqlite://${join(mkdtempSync(join(tmpdir(), 'latchkey-stalled-')), 'users.db')}`
    const app = await host.start(store)
    const port = Number(new URL(app.url).port)
    const sent = Object.entries(stalls).map(async ([what, stall]) => [what, await send(port, stall)] as const)
    const outcomes = await Promise.all(sent)
    const { status } = await fetch(`${app.url}/login/`)
    await app.close()

    tell(context, `F36 on ${name}: ${describeOutcomes(outcomes)}`)
    expect(status).toBe(200)
    expect(outcomes.filter(([what, outcome]) => !isRight(host, stalls[what], outcome))).toEqual([])
  })

  it('is given up in time where Next gives a request that is a stream (F36)', async (context) => {
    const auth = createAuth({ store: 'memory:' })
    const { POST } = toRouteHandlers(sessionLogin({ auth }), { behindProxy: true })
    // Node requires `duplex` with a stream; the DOM's types don't know it.
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1' }
    const init = { method: 'POST', body: new ReadableStream(), headers, duplex: 'half' }
    const startedAt = performance.now()
    const { status } = await POST(new Request('http://app.example/login/', init))
    const tookMs = performance.now() - startedAt

    tell(context, `F36 on Next's route handlers, in this process: ${status} in ${toSeconds(tookMs)}`)
    expect(status).toBe(408)
    expect(tookMs).toBeLessThan(afterTen)
  })
})
