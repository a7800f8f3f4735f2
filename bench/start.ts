import { getRequest, logIn } from './client.ts'
import type { Contender } from './contenders.ts'
import type { DatabaseEnvironment } from './databases.ts'
import { requireStatus, runLoad } from './load.ts'
import { type Section, atMost } from './results.ts'
import { rotate } from './rotate.ts'
import { startServer } from './server-process.ts'
import type { Run } from './settings.ts'
import { ratios, summarize } from './statistics.ts'

const rounds = 7

interface Starts {
  readonly contender: Contender
  readonly environment: DatabaseEnvironment
  readonly cookie: string
  readonly milliseconds: number[]
  readonly megabytes: number[]
}

/** From nothing to the first `GET /me` that is answered, on a database that is there already; then what memory it has. */
export async function measureStart(run: Run): Promise<Section> {
  const measured: Starts[] = []
  for (const contender of run.choose(isMeant)) measured.push(await prepare(run, contender))
  for (let round = 0; round < run.rounds(rounds); round += 1) {
    run.tell(`  round ${round + 1}`)
    for (const one of rotate(measured, round)) await startOnce(one)
  }
  const bare = measured.find(({ contender }) => contender.name === 'bare node')
  const ours = measured.find(({ contender }) => contender.name === 'latchkey node sqlite')
  return {
    title: 'Start',
    about: 'From the start of the process to its first answer to `GET /me` with a session; memory a moment later.',
    columns: ['ms to first answer', '÷ bare node:http', 'RSS, MB', 'RSS ÷ bare node:http'],
    rows: measured.map(({ contender, milliseconds, megabytes }) => ({
      name: contender.name,
      cells: [
        summarize(milliseconds),
        bare === undefined ? null : ratios(milliseconds, bare.milliseconds),
        summarize(megabytes).median,
        bare === undefined ? null : ratios(megabytes, bare.megabytes).median,
      ],
    })),
    targets:
      bare === undefined || ours === undefined
        ? []
        : [atMost('latchkey node sqlite: start ÷ bare node:http', 1.6, ratios(ours.milliseconds, bare.milliseconds))],
  }
}

/** What a framework adds is seen with one store. */
function isMeant({ name, store, setting }: Contender): boolean {
  return setting === undefined && (!/^(limit|latchkey)/.test(name) || store === 'sqlite' || name.includes('hono'))
}

async function prepare(run: Run, contender: Contender): Promise<Starts> {
  const environment = await run.databases.create(contender.store ?? 'sqlite')
  const server = await startServer(contender, environment)
  const cookie = contender.store === null ? '' : await logIn(server)
  await server.stop()
  return { contender, environment, cookie, milliseconds: [], megabytes: [] }
}

async function startOnce({ contender, environment, cookie, milliseconds, megabytes }: Starts): Promise<void> {
  const started = performance.now()
  const server = await startServer(contender, environment)
  const requests = [getRequest('/me', cookie)]
  requireStatus(server.name, await runLoad({ port: server.port, requests, connections: 1, seconds: 0 }))
  milliseconds.push(performance.now() - started)
  await new Promise((resolve) => setTimeout(resolve, 100))
  megabytes.push((await server.usage()).rssBytes / 1_000_000)
  await server.stop()
}
