import { DatabaseSync } from 'node:sqlite'
import { logIn } from './client.ts'
import type { Contender } from './contenders.ts'
import { type DatabaseEnvironment, runOnPostgres } from './databases.ts'
import { runMe } from './open-loop.ts'
import { type Row, type Section, type Target, atMost } from './results.ts'
import { writeSessions } from './seeds.ts'
import { startServer } from './server-process.ts'
import type { Run } from './settings.ts'
import { percentile, ratios, summarize } from './statistics.ts'

const rounds = 5
const seconds = 3

/** `GET /me` at 200 a second while a million expired sessions are deleted, and on a server that deletes none of its own. */
export async function measureCleanUp(run: Run): Promise<Section> {
  const rows: Row[] = []
  const targets: Target[] = []
  for (const contender of run.choose(({ name }) => /^latchkey hono (sqlite|postgres)$/.test(name))) {
    run.tell(`  ${contender.name}`)
    const { quiet, cleaning, perSecond } = await measure(run, contender)
    const ratio = ratios(cleaning, quiet)
    rows.push({ name: contender.name, cells: [summarize(quiet), summarize(cleaning), ratio, perSecond] })
    targets.push(atMost(`${contender.name}: p99 of /me during a clean-up ÷ quiet`, 2, ratio))
  }
  return {
    title: 'Clean-up',
    about:
      `${count(run).toLocaleString('en-US')} expired sessions. latchkey's own cleaner, which begins at once instead of ` +
      'within minutes; `quiet` is another server on a copy of the same database, which has not begun.',
    columns: ['p99 of /me, quiet, ms', 'p99 during, ms', 'ratio', 'deleted/s'],
    rows,
    targets,
  }
}

function count({ quick }: Run): number {
  return quick ? 50_000 : 1_000_000
}

async function measure(run: Run, contender: Contender) {
  const first = await run.databases.create(contender.store ?? 'sqlite')
  const seeding = await startServer(contender, first)
  const cookie = await logIn(seeding)
  await seeding.stop()
  await writeSessions(contender, first, count(run), true)
  const second = await run.databases.copy(contender.store ?? 'sqlite', first)

  const still = await startServer(contender, first)
  const cleaner = await startServer({ ...contender, setting: 'clean at once' }, second)
  const quiet: number[] = []
  const cleaning: number[] = []
  const before = await countSessions(contender, second)
  const started = performance.now()
  let paused = 0
  for (let round = 0; round < run.rounds(rounds); round += 1) {
    // Stopped as a whole, so that it takes no part of the machine from the quiet one.
    cleaner.pause()
    const pausedAt = performance.now()
    quiet.push(percentile(await runMe(still.name, still.port, cookie, run.seconds(seconds)), 0.99))
    paused += performance.now() - pausedAt
    cleaner.resume()
    cleaning.push(percentile(await runMe(cleaner.name, cleaner.port, cookie, run.seconds(seconds)), 0.99))
  }
  const active = (performance.now() - started - paused) / 1000
  const perSecond = (before - (await countSessions(contender, second))) / active
  await Promise.all([still.stop(), cleaner.stop()])
  return { quiet, cleaning, perSecond }
}

async function countSessions({ store }: Contender, environment: DatabaseEnvironment): Promise<number> {
  const statement = 'SELECT count(*) AS count FROM latchkey_session'
  if (store === 'postgres')
    return Number((await runOnPostgres(environment['BENCH_POSTGRES'] ?? '', statement))[0]?.['count'])
  using database = new DatabaseSync(environment['BENCH_SQLITE'] ?? '', { timeout: 5000 })
  return Number(database.prepare(statement).get()?.['count'])
}
