import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { logIn } from './client.ts'
import { type Contender, contender } from './contenders.ts'
import { type Answer, runArrivals, runMe } from './open-loop.ts'
import { type Cell, type Row, type Section, type Target, atMost } from './results.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { password } from './servers/environment.ts'
import type { Run } from './settings.ts'
import { percentile, ratios, summarize } from './statistics.ts'

const ours = 'latchkey hono sqlite'
// Long enough that the first hundredth of a second, when all connections come at once, isn't all that the p99 tells.
const seconds = 10
const rounds = 5
/** The peers' answers take seconds to come back: fewer rounds say as much. */
const peerRounds = 1
const floodConnections = 200
const flooded = [ours, 'limit hono sqlite', 'better-auth', 'express-session sqlite', 'iron-session']

/** What one server did in its rounds. */
interface Flood {
  readonly quiet: number[]
  readonly beside: number[]
  readonly logins: Answer[]
  readonly floodRate: number[]
  readonly rssBefore: number
  readonly rssPeak: number
}

/** `GET /me` at 200 a second, alone and while 200 connections post wrong passwords as fast as they are answered. */
export async function measureFlood(run: Run): Promise<Section> {
  const rows: Row[] = []
  const targets: Target[] = []
  for (const one of run.choose(({ name }) => flooded.includes(name))) {
    run.tell(`  ${one.name}`)
    const flood = await measure(run, one, (server) =>
      start('flooder', server.port, floodConnections, run.seconds(seconds) + 0.5),
    )
    rows.push(toRow(one.name, flood))
    if (one.name === ours) targets.push(...targetsOf(flood))
  }
  run.tell('  hash threads in another process')
  const machine = await measure(run, contender(ours), () => start('hash-load', run.seconds(seconds) + 0.5))
  rows.push(toRow(`${ours}, not flooded, while another process hashes`, machine))
  return {
    title: 'A flood of logins',
    about:
      '`GET /me` at 200/s, each sent at its time, alone and while 200 connections post wrong passwords; besides, a good ' +
      'login twice a second from a browser that has logged in before. Every server has its usual settings. The last row ' +
      'is what the machine makes of it: the same hashes on the same cores, but in a process that serves nothing.',
    columns: [
      'p99 of /me, quiet, ms',
      'p99 during, ms',
      'ratio',
      'p99 of good logins, ms',
      'good logins refused',
      'wrong logins answered/s',
      'RSS before, MB',
      'RSS peak, MB',
    ],
    rows,
    targets,
  }
}

async function measure(run: Run, one: Contender, startOther: (server: ServerProcess) => ChildProcess): Promise<Flood> {
  const server = await startServer(one, await run.databases.create(one.store ?? 'sqlite'))
  const cookie = await logIn(server)
  // Another session of a known browser: a login ends the session that it comes with.
  const ofKnownBrowser = await logIn(server)
  await runMe(server.name, server.port, cookie, 1)
  const before = await server.usage()
  const watch = watchMemory(server)
  const result = { quiet: [] as number[], beside: [] as number[], logins: [] as Answer[], floodRate: [] as number[] }
  const forSeconds = run.seconds(seconds)

  for (let round = 0; round < run.rounds(one.name === ours ? rounds : peerRounds); round += 1) {
    result.quiet.push(percentile(await runMe(server.name, server.port, cookie, forSeconds), 0.99))
    const other = startOther(server)
    const over = once(other, 'exit')
    const statuses = once(other, 'message')
    const [latencies, logins] = await Promise.all([
      runMe(server.name, server.port, cookie, forSeconds),
      goodLogins(server, ofKnownBrowser, forSeconds),
    ])
    result.beside.push(percentile(latencies, 0.99))
    result.logins.push(...logins)
    const answered = await Promise.race([statuses, over])
    result.floodRate.push(total(answered[0]) / (forSeconds + 0.5))
    await over
  }
  const rssPeak = await watch.stop()
  await server.stop()
  return { ...result, rssBefore: before.rssBytes, rssPeak }
}

function start(name: string, ...args: readonly number[]): ChildProcess {
  return fork(fileURLToPath(new URL(`servers/${name}.js`, import.meta.url)), args.map(String))
}

function total(statuses: unknown): number {
  return Object.values((statuses ?? {}) as Record<string, number>).reduce((sum, count) => sum + count, 0)
}

function goodLogins({ port }: ServerProcess, cookie: string, forSeconds: number): Promise<Answer[]> {
  const body = JSON.stringify({ username: 'ann', password })
  const headers = { cookie, 'content-type': 'application/json', 'content-length': String(body.length) }
  return runArrivals({ port, method: 'POST', path: '/login', headers, body, perSecond: 2, seconds: forSeconds })
}

function watchMemory(server: ServerProcess): { stop(): Promise<number> } {
  const seen = { peak: 0, isOver: false }
  async function watch(): Promise<void> {
    while (!seen.isOver) {
      seen.peak = Math.max(seen.peak, (await server.usage()).rssBytes)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const watching = watch()
  return {
    async stop() {
      seen.isOver = true
      await watching
      return seen.peak
    },
  }
}

function toRow(name: string, { quiet, beside, logins, floodRate, rssBefore, rssPeak }: Flood): Row {
  const cells: Cell[] = [summarize(quiet), summarize(beside), ratios(beside, quiet)]
  cells.push(loginLatency(logins), `${refused(logins)} of ${logins.length}`, summarize(floodRate).median)
  return { name, cells: [...cells, megabytes(rssBefore), megabytes(rssPeak)] }
}

function targetsOf({ quiet, beside, logins, rssBefore, rssPeak }: Flood): Target[] {
  return [
    atMost(`${ours}: p99 of /me during the flood ÷ quiet`, 2, ratios(beside, quiet)),
    atMost(`${ours}: p99 of a good login during the flood, ms`, 1000, summarize([loginLatency(logins)])),
    atMost(`${ours}: good logins refused`, 0, summarize([refused(logins)])),
    atMost(`${ours}: memory growth during the flood, MB`, 80, summarize([megabytes(rssPeak - rssBefore)])),
  ]
}

function loginLatency(logins: readonly Answer[]): number {
  return percentile(
    logins.map(({ milliseconds }) => milliseconds),
    0.99,
  )
}

function refused(logins: readonly Answer[]): number {
  return logins.filter(({ status }) => status !== 200).length
}

function megabytes(bytes: number): number {
  return bytes / 1_000_000
}
