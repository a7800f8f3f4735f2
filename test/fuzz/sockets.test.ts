import { once } from 'node:events'
import { type Server, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { serveNode } from '../../src/adapters/node.ts'
import { startLoginApp } from '../endpoints/login-app.ts'
import { tell } from '../faults/fault-report.ts'
import { home } from '../walks/endpoints.ts'
import { heapBytes, heapLimitBytes, orSayHow, requests, seed, summaryOf } from './fuzz-run.ts'
import { type Wire, anyWire } from './wires.ts'

// What is left of all requests beside those to handlers, for each of two servers.
const count = Math.ceil(requests * 0.1)
const lanes = 100
// So that no login waits so long for a hash, on a slow machine, that it is answered with 503.
const fewHashes = { login: { failuresPerAddress: { points: 5, duration: 86_400 } } }
// Only what hangs takes as long.
const patienceMs = 60_000

interface Listening {
  readonly port: number
  close(): Promise<unknown>
}

async function startServeNode(fetch: (request: Request, context: unknown) => Promise<Response>): Promise<Listening> {
  const timeouts = { headersTimeout: 0.3, requestTimeout: 0.6, keepAliveTimeout: 0.3, closeTimeout: 10 }
  return serveNode(fetch, { port: 0, signals: false, ...timeouts })
}

async function startHono(fetch: (request: Request, context: unknown) => Promise<Response>): Promise<Listening> {
  const serverOptions = {
    headersTimeout: 300,
    requestTimeout: 600,
    keepAliveTimeout: 300,
    connectionsCheckingInterval: 100,
  }
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1', serverOptions }) as Server
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { port, close: () => new Promise((resolve) => void server.close(resolve)) }
}

/** Sends what is to be sent; gives every status that was answered when the server has ended the connection. */
async function converse(port: number, wire: Wire): Promise<number[]> {
  const { bytes, cuts, leaving } = wire
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const received: Buffer[] = []
  socket.on('data', (part: Buffer) => received.push(part)).on('error', () => {})
  const over = new Promise<void>((resolve) => void socket.once('end', resolve).once('close', () => resolve()))
  const ends = [...new Set(cuts)].toSorted((a, b) => a - b)
  for (const [at, end] of [...ends, bytes.length].entries()) {
    socket.write(bytes.subarray(ends[at - 1] ?? 0, end))
    if (at < ends.length) await pause(1)
  }
  if (leaving === 'half-close') socket.end()
  if (leaving === 'reset') socket.resetAndDestroy()
  const isOver = await Promise.race([over.then(() => true), pause(patienceMs, false, { ref: false })])
  socket.destroy()
  if (!isOver) throw new Error(`The server never ended the connection with ${shown(wire)}`)
  const heads = Buffer.concat(received)
    .toString('latin1')
    .matchAll(/^HTTP\/1\.1 (\d{3}) /gm)
  return [...heads].map(([, status]) => Number(status))
}

/** All of them, some at a time; what each answered. */
async function converseAll(port: number, wires: readonly Wire[]): Promise<number[]> {
  const statuses: number[] = []
  const left = wires.values()
  async function lane(): Promise<void> {
    for (const wire of left) {
      const answered = await converse(port, wire)
      const isWrong = answered.some((status) => status >= 500)
      if (isWrong) throw new Error(`${answered.join()} to ${shown(wire)}`)
      statuses.push(...answered)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return statuses
}

function shown({ bytes, ...how }: Wire): string {
  return JSON.stringify({ ...how, sent: Buffer.from(bytes).toString('latin1') }).slice(0, 1_000)
}

/** The status of the login page, asked for as a browser would. */
async function statusOfPage(port: number): Promise<number | undefined> {
  const sent = request({ port, path: '/login/', agent: false }).end()
  const [response] = await once(sent, 'response')
  response.resume()
  return response.statusCode
}

it.for([
  ['serveNode', startServeNode],
  ['Hono', startHono],
] as const)(
  '%s ends every connection, whatever is sent, answers none with 5xx, and keeps nothing (rows 49, 52, F13)',
  async ([name, start], context) => {
    const app = await startLoginApp({ auth: { origin: home, limits: fewHashes, onEvent: () => {} } })
    const server = await start(async (asked, host) => app.handle(asked, host))
    const wires = fc.sample(anyWire, { numRuns: count, seed })
    const first = await orSayHow(() => converseAll(server.port, wires.slice(0, count / 10)))
    const heapAtFirst = heapBytes()
    const rest = await orSayHow(() => converseAll(server.port, wires.slice(count / 10)))
    const grown = heapBytes() - heapAtFirst
    const page = await statusOfPage(server.port)
    await server.close()

    const statuses = [...first, ...rest]
    const heap = `heap ${(grown / 2 ** 20).toFixed(1)} MiB more than after a tenth of them`
    tell(context, `${wires.length} connections to ${name}, all ended: ${summaryOf(statuses)}; ${heap}`)
    expect(page).toBe(200)
    expect(statuses.length).toBeGreaterThan(0)
    expect(grown).toBeLessThan(heapLimitBytes)
  },
)
