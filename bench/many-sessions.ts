import { getRequest, logIn } from './client.ts'
import type { Contender } from './contenders.ts'
import { closeConnections, openConnections, requireStatus, sendRequests } from './load.ts'
import { type Row, type Section, type Target, atMost } from './results.ts'
import { rotate } from './rotate.ts'
import { cookiesOf, writeSessions } from './seeds.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import type { Run } from './settings.ts'
import { type Summary, ratios, summarize } from './statistics.ts'
import { stayAwake } from './stay-awake.ts'

const rounds = 3
const seconds = 0.7
const connections = 32
const contenderNames: ReadonlySet<string> = new Set([
  'limit hono sqlite',
  'limit hono postgres',
  'latchkey hono sqlite',
  'latchkey hono postgres',
  'latchkey hono redis',
  'better-auth',
  'express-session sqlite',
])

/** The same check where the store holds a thousand, a hundred thousand, a million sessions. */
export async function measureManySessions(run: Run): Promise<Section> {
  const sizes = run.quick ? [1000, 10_000, 50_000] : [1000, 100_000, 1_000_000]
  const rows: Row[] = []
  const targets: Target[] = []
  for (const contender of run.choose(({ name }) => contenderNames.has(name))) {
    run.tell(`  ${contender.name}`)
    const [few = [], more = [], most = []] = await measureSizes(run, contender, sizes)
    const growth = ratios(most, few)
    rows.push({ name: contender.name, cells: [...summaries([few, more, most]), ratios(more, few), growth] })
    if (contender.name === 'latchkey hono sqlite')
      targets.push(atMost(`${contender.name}: most ÷ fewest`, 1.15, growth))
  }
  const named = sizes.map((size) => size.toLocaleString('en-US'))
  return {
    title: 'Many sessions',
    about: 'CPU µs per `GET /me`, each with the next of up to 10,000 cookies spread over the whole store.',
    columns: [...named, `${named[1]} ÷ ${named[0]}`, `${named[2]} ÷ ${named[0]}`],
    rows,
    targets,
  }
}

function summaries(values: readonly (readonly number[])[]): Summary[] {
  return values.map(summarize)
}

async function measureSizes(run: Run, contender: Contender, sizes: readonly number[]): Promise<number[][]> {
  const started: { server: ServerProcess; cookies: string[]; cpu: number[] }[] = []
  for (const size of sizes) {
    const environment = await run.databases.create(contender.store ?? 'sqlite')
    const server = await startServer(contender, environment)
    await logIn(server)
    await writeSessions(contender, environment, size)
    started.push({ server, cookies: cookiesOf(contender, size), cpu: [] })
  }
  // Every cookie once, so that the pages it is on have been read.
  for (const { server, cookies } of started) await loadMe(server, cookies, run.seconds(1.5))
  for (let round = 0; round < run.rounds(rounds); round += 1) {
    for (const { server, cookies, cpu } of rotate(started, round)) {
      cpu.push(await loadMe(server, cookies, run.seconds(seconds)))
    }
  }
  for (const { server } of started) await server.stop()
  return started.map(({ cpu }) => cpu)
}

/** CPU microseconds for each `GET /me`. */
async function loadMe(server: ServerProcess, cookies: readonly string[], forSeconds: number): Promise<number> {
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
  return (after.cpuMicroseconds - before.cpuMicroseconds) / result.answers
}
