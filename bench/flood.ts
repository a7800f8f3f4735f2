import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { request as sendRequest, Agent } from 'node:http'
import { fileURLToPath } from 'node:url'
import { loginRequest, runLoad } from './load.ts'
import { type Bound, type Row, row } from './results.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { median, percentile } from './statistics.ts'

const rounds = 3
const seconds = 10
const perSecond = 200
const floodConnections = 200

/**
 * `GET /me` at a fixed rate, alone and beside others: 200 connections that post wrong passwords as fast as they are
 * answered, and, for what the machine itself makes of it, nothing but busy hash threads in another process.
 */
export async function measureFlood(folder: string): Promise<Row[]> {
  const usual = await startServer('latchkey', { BENCH_DATABASE: `${folder}/flood.db` })
  const hashing = await measureBeside(usual, 'hash threads are busy in another process', () =>
    startBeside('hash-load', String(seconds + 1)),
  )
  const flooded = await measureBeside(usual, 'logins flood it', () => flood(usual), { atMost: 3 })
  await usual.stop()

  const open = await startServer('latchkey', { BENCH_DATABASE: `${folder}/open.db`, BENCH_THROTTLE: 'off' })
  const unthrottled = await measureBeside(open, 'logins flood it, without a throttle', () => flood(open), { atMost: 3 })
  await open.stop()
  return [...flooded, ...unthrottled, ...hashing]
}

async function measureBeside(
  server: ServerProcess,
  what: string,
  startOther: () => ChildProcess,
  bound: Bound = {},
): Promise<Row[]> {
  await logIn(server)
  const quiet: number[] = []
  const beside: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    quiet.push(percentile(await meLatencies(server), 0.99))
    const over = once(startOther(), 'exit')
    beside.push(percentile(await meLatencies(server), 0.99))
    await over
  }
  const ratio = median(beside.map((one, round) => one / (quiet[round] ?? Number.NaN)))
  return [
    row(`p99 of /me, quiet, ms`, median(quiet)),
    row(`p99 of /me while ${what}, ms`, median(beside)),
    row(`ratio (median of the rounds)`, ratio, bound),
  ]
}

/** The first login starts threads and loads code: that is measured by no flood. */
async function logIn({ port }: ServerProcess): Promise<void> {
  await runLoad({ port, request: loginRequest('correct horse battery'), connections: 1, seconds: 0 })
}

function flood({ port }: ServerProcess): ChildProcess {
  return startBeside('flooder', String(port), String(floodConnections), String(seconds + 1))
}

function startBeside(name: string, ...args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url)), args)
}

/** An open loop: a request is sent when its time has come, whether the last one was answered or not. */
async function meLatencies(server: ServerProcess): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const latencies: Promise<number>[] = []
  const started = performance.now()
  for (let sent = 0; sent < seconds * perSecond; sent += 1) {
    const due = started + (sent * 1000) / perSecond
    const wait = due - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    latencies.push(latency(server, agent))
  }
  const all = await Promise.all(latencies)
  agent.destroy()
  return all
}

function latency({ port, cookie }: ServerProcess, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const request = sendRequest({ port, host: '127.0.0.1', path: '/me', agent, headers: { cookie } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`GET /me was answered with ${response.statusCode}.`))
      response.resume().on('end', () => resolve(performance.now() - started))
    })
    request.on('error', reject).end()
  })
}
