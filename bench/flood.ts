import { fork } from 'node:child_process'
import { once } from 'node:events'
import { request as sendRequest, Agent } from 'node:http'
import { fileURLToPath } from 'node:url'
import { type Row, row } from './results.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { median, percentile } from './statistics.ts'

const rounds = 3
const seconds = 5
const perSecond = 200
const floodConnections = 200

/** `GET /me` at a fixed rate, alone and while 200 connections post wrong passwords as fast as they are answered. */
export async function measureFlood(folder: string): Promise<Row[]> {
  return [
    ...(await measureOne('as latchkey comes', { BENCH_DATABASE: `${folder}/flood.db` })),
    ...(await measureOne('without a throttle', { BENCH_DATABASE: `${folder}/flood-open.db`, BENCH_THROTTLE: 'off' })),
  ]
}

async function measureOne(kind: string, environment: Record<string, string>): Promise<Row[]> {
  const server = await startServer('latchkey', environment)
  const quiet: number[] = []
  const flooded: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    quiet.push(percentile(await meLatencies(server), 0.99))
    const flood = fork(fileURLToPath(new URL('servers/flooder.ts', import.meta.url)), [
      String(server.port),
      String(floodConnections),
      String(seconds + 1),
    ])
    const over = once(flood, 'exit')
    flooded.push(percentile(await meLatencies(server), 0.99))
    await over
  }
  await server.stop()
  return [
    row(`p99 of /me, quiet, ms (${kind})`, median(quiet)),
    row(`p99 of /me in a flood, ms (${kind})`, median(flooded)),
    row(
      `flood ÷ quiet (median of the rounds; ${kind})`,
      median(flooded.map((one, i) => one / (quiet[i] ?? Number.NaN))),
      {
        atMost: 3,
      },
    ),
  ]
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
