import { getRequest, logIn } from './client.ts'
import type { Contender } from './contenders.ts'
import { requireStatus, runLoad } from './load.ts'
import type { Row, Section } from './results.ts'
import { rotate } from './rotate.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import type { Run } from './settings.ts'
import { ratios, summarize } from './statistics.ts'

const rounds = 7
const seconds = 1.5
const connections = 32

/** One server and two of them on one PostgreSQL, under the same load. */
export async function measureTwoProcesses(run: Run): Promise<Section> {
  const rows: Row[] = []
  for (const contender of run.choose(({ name }) => /^(latchkey|limit) hono postgres$/.test(name))) {
    run.tell(`  ${contender.name}`)
    rows.push(await measure(run, contender))
  }
  return {
    title: 'Two processes',
    about:
      'Requests per second on 32 connections to one server, and on 16 to each of two, on one PostgreSQL. Servers, ' +
      'PostgreSQL and what sends the requests share the machine.',
    columns: ['one, requests/s', 'two, requests/s', 'two ÷ one', 'cores that one took', 'cores that two took'],
    rows,
    targets: [],
  }
}

async function measure(run: Run, contender: Contender): Promise<Row> {
  const environment = await run.databases.create('postgres')
  const first = await startServer(contender, environment)
  const second = await startServer(contender, environment)
  const cookie = await logIn(first)
  const settings = [
    { servers: [first], rates: [] as number[], cores: [] as number[] },
    { servers: [first, second], rates: [] as number[], cores: [] as number[] },
  ]
  for (const { servers } of settings) await load(servers, cookie, run.seconds(1))
  for (let round = 0; round < run.rounds(rounds); round += 1) {
    for (const { servers, rates, cores } of rotate(settings, round)) {
      const result = await load(servers, cookie, run.seconds(seconds))
      rates.push(result.rate)
      cores.push(result.cores)
    }
  }
  await Promise.all([first.stop(), second.stop()])
  const [one, two] = settings.map(({ rates }) => rates)
  const [coresOfOne, coresOfTwo] = settings.map(({ cores }) => summarize(cores).median)
  return {
    name: contender.name,
    cells: [
      summarize(one ?? []),
      summarize(two ?? []),
      ratios(two ?? [], one ?? []),
      coresOfOne ?? null,
      coresOfTwo ?? null,
    ],
  }
}

async function load(servers: readonly ServerProcess[], cookie: string, forSeconds: number) {
  const before = await cpuSeconds(servers)
  const started = performance.now()
  const results = await Promise.all(
    servers.map(async ({ name, port }) => {
      const requests = [getRequest('/me', cookie)]
      const result = await runLoad({ port, requests, connections: connections / servers.length, seconds: forSeconds })
      requireStatus(name, result)
      return result.perSecond
    }),
  )
  const cores = ((await cpuSeconds(servers)) - before) / ((performance.now() - started) / 1000)
  return { rate: results.reduce((sum, rate) => sum + rate, 0), cores }
}

async function cpuSeconds(servers: readonly ServerProcess[]): Promise<number> {
  const usages = await Promise.all(servers.map((server) => server.usage()))
  return usages.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds / 1_000_000, 0)
}
