import { getRequest, logIn } from './client.ts'
import { type Contender, type StoreKind, storeKinds } from './contenders.ts'
import { closeConnections, openConnections, requireStatus, sendRequests } from './load.ts'
import { type Row, type Section, type Target, atLeast, atMost } from './results.ts'
import type { Run } from './settings.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { ratios, summarize } from './statistics.ts'
import { stayAwake } from './stay-awake.ts'

// A process is faster or slower than another of the same code, by some hundredths, for as long as it runs.
const starts = 4
// Many short turns: what slows the machine for a while then slows a server and its limit alike.
const rounds = 16
const seconds = 0.1
// What has more code has more of it to compile, on a thread of the same process.
const warmUpSeconds = 2
const connections = 32

/** What a server needed in each round. */
interface Rounds {
  readonly contender: Contender
  readonly cpu: number[]
  readonly rate: number[]
}

/** The cost of `GET /me` with a valid session. Servers of one store take turns, beside the bare ones. */
export async function measureSessionCheck(run: Run): Promise<Section> {
  const rows: Row[] = []
  const targets: Target[] = []
  for (const store of storeKinds) {
    const group = run.choose((one) => one.store === store || one.store === null)
    if (group.every((one) => one.store === null)) continue
    run.tell(`  ${store}: ${group.length} servers`)
    const measured = await measureGroup(run, store, group)
    rows.push(...measured.filter(({ contender }) => contender.store !== null).map((one) => toRow(one, measured)))
    targets.push(...measured.flatMap((one) => targetsOf(one, measured)))
  }
  return {
    title: 'A valid session',
    about:
      '`GET /me` on 32 connections. CPU time is that of the server process alone. `limit`: one prepared look-up in the ' +
      'same store and framework, and nothing else; `bare`: the same route without any check.',
    columns: ['CPU µs per request', 'CPU ÷ limit', 'CPU ÷ bare', 'requests/s', 'requests/s ÷ bare'],
    rows,
    targets,
  }
}

async function measureGroup(run: Run, store: StoreKind, group: readonly Contender[]): Promise<Rounds[]> {
  const measured = group.map((contender): Rounds => ({ contender, cpu: [], rate: [] }))
  for (let start = 0; start < run.rounds(starts); start += 1) {
    run.tell(`  ${store}: start ${start + 1}`)
    await measureOneStart(run, measured)
  }
  return measured
}

/** Starts the servers, lets them take turns, and stops them again. */
async function measureOneStart(run: Run, measured: readonly Rounds[]): Promise<void> {
  const started = await Promise.all(
    measured.map(async ({ contender, cpu, rate }) => {
      const server = await startServer(contender, await run.databases.create(contender.store ?? 'sqlite'))
      return { server, cpu, rate, cookie: contender.store === null ? '' : await logIn(server) }
    }),
  )
  for (const { server, cookie } of started) await loadMe(server, [cookie], run.seconds(warmUpSeconds))
  for (let round = 0; round < run.rounds(rounds); round += 1) {
    for (const { server, cookie, cpu, rate } of rotate(started, round)) {
      const loaded = await loadMe(server, [cookie], run.seconds(seconds))
      cpu.push(loaded.cpu)
      rate.push(loaded.rate)
    }
  }
  await Promise.all(started.map(({ server }) => server.stop()))
}

/** Nobody is always the first, or always behind the same one. */
export function rotate<Item>(items: readonly Item[], by: number): Item[] {
  const start = by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}

/** CPU microseconds for each `GET /me`, and how many were answered in a second. */
export async function loadMe(
  server: ServerProcess,
  cookies: readonly string[],
  forSeconds: number,
): Promise<{ cpu: number; rate: number }> {
  const requests = cookies.map((cookie) => getRequest('/me', cookie))
  const sockets = openConnections(server.port, connections)
  await Promise.all(sockets)
  const sleep = stayAwake()
  const before = await server.usage()
  const result = await sendRequests(sockets, { requests, seconds: forSeconds })
  const after = await server.usage()
  sleep()
  await closeConnections(sockets)
  requireStatus(server.name, result)
  return { cpu: (after.cpuMicroseconds - before.cpuMicroseconds) / result.answers, rate: result.perSecond }
}

function toRow({ contender, cpu, rate }: Rounds, all: readonly Rounds[]): Row {
  const limit = named(all, contender.limit)
  const bare = named(all, contender.bare)
  return {
    name: contender.name,
    cells: [
      summarize(cpu),
      limit === undefined ? null : ratios(cpu, limit.cpu),
      bare === undefined ? null : ratios(cpu, bare.cpu),
      summarize(rate).median,
      bare === undefined ? null : ratios(rate, bare.rate),
    ],
  }
}

function targetsOf({ contender, cpu, rate }: Rounds, all: readonly Rounds[]): Target[] {
  const limit = named(all, contender.limit)
  const bare = named(all, contender.bare)
  const most = contender.store === 'redis' ? 1.1 : 1.05
  if (contender.name.startsWith('latchkey hono') && limit !== undefined) {
    return [atMost(`${contender.name}: CPU ÷ limit`, most, ratios(cpu, limit.cpu))]
  }
  if (contender.name === 'latchkey express sqlite' && bare !== undefined) {
    return [atLeast(`${contender.name}: requests/s ÷ bare Express`, 0.8, ratios(rate, bare.rate))]
  }
  return []
}

function named(all: readonly Rounds[], name: string | undefined): Rounds | undefined {
  return all.find(({ contender }) => contender.name === name)
}
