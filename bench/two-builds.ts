import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Contender } from './contenders.ts'
import { entrantOf, loginEntrantOf } from './entrants.ts'
import type { Cell, Section } from './results.ts'
import { checks } from './session-check.ts'
import type { Run } from './settings.ts'
import { ratioOfStarts, summarize } from './statistics.ts'
import { type Entrant, type Plan, type Turns, takeTurns, takesPart, turnsOf } from './turns.ts'

/** What is measured of each, and how it is entered. */
interface Comparison {
  readonly title: string
  readonly about: string
  readonly plan: Plan
  readonly columns: readonly string[]
  readonly setting?: string
  readonly hasLimit: boolean
  entrant(run: Run, contender: Contender): Promise<Entrant>
  cells(before: Turns, after: Turns, limit: Turns | null): readonly Cell[]
}

const sessionChecks: Comparison = {
  title: 'A valid session, before and after',
  about: '`GET /me` with 500 sessions in turn: CPU µs of the server process for each.',
  plan: { ...checks, starts: 20 },
  columns: ['before', 'after', 'after ÷ before', 'before ÷ limit', 'after ÷ limit', 'requests/s, after ÷ before'],
  hasLimit: true,
  entrant: entrantOf,
  cells: (before, after, limit) => [
    summarize(before.cpu.flat()).median,
    summarize(after.cpu.flat()).median,
    ratioOfStarts(after.cpu, before.cpu),
    limit === null ? null : ratioOfStarts(before.cpu, limit.cpu),
    limit === null ? null : ratioOfStarts(after.cpu, limit.cpu),
    ratioOfStarts(after.rate, before.rate),
  ],
}

const logins: Comparison = {
  title: 'A login, before and after',
  about: 'Eight at a time, without the throttle: CPU ms of the thread that serves, and of the whole process.',
  plan: { starts: 10, warmUpRounds: 16, rounds: 10, requests: 32, connections: 8, staysAwake: false },
  columns: ['main, before', 'main, after', 'after ÷ before', 'whole, before', 'whole, after', 'after ÷ before'],
  setting: 'throttle off',
  hasLimit: false,
  entrant: loginEntrantOf,
  cells: (before, after) =>
    [[before.mainThread, after.mainThread] as const, [before.cpu, after.cpu] as const].flatMap(([one, other]) => [
      summarize(one.flat()).median / 1000,
      summarize(other.flat()).median / 1000,
      ratioOfStarts(other, one),
    ]),
}

/** Those parts of a run that can hold two builds against each other. */
export function twoBuilds(before: string): Readonly<Record<string, (run: Run) => Promise<Section>>> {
  return {
    'session-check': async (run) => compare(run, before, sessionChecks),
    logins: async (run) => compare(run, before, logins),
  }
}

async function compare(run: Run, given: string, comparison: Comparison): Promise<Section> {
  const { title, about, columns, plan, cells } = comparison
  const builds = {
    before: folderOf(given, run.databases.folder),
    after: fileURLToPath(new URL('../..', import.meta.url)),
  }
  const rows = []
  for (const contender of run.choose(({ name }) => name.startsWith('latchkey '))) {
    run.tell(`  ${contender.name}`)
    const turns = await takeTurns(run, await enter(run, contender, builds, comparison), plan)
    const [before, after] = ['before', 'after'].map((name) => turnsOf(turns, `${contender.name}, ${name}`))
    const limit = takesPart(turns, contender.limit) ? turnsOf(turns, contender.limit) : null
    if (before !== undefined && after !== undefined) {
      rows.push({ name: contender.name, cells: cells(before, after, limit) })
    }
  }
  return { title, about: `${about} In parentheses: the ratio's interval at 95 %.`, columns, rows, targets: [] }
}

async function enter(
  run: Run,
  contender: Contender,
  builds: Readonly<Record<string, string>>,
  { setting, hasLimit, entrant }: Comparison,
): Promise<Entrant[]> {
  const ours = Object.entries(builds).map(([name, build]): Contender => ({
    ...contender,
    name: `${contender.name}, ${name}`,
    build,
    ...(setting === undefined ? {} : { setting }),
  }))
  const limit = run.choose(({ name }) => hasLimit && name === contender.limit)
  return Promise.all([...ours, ...limit].map((one) => entrant(run, one)))
}

/** Where the build is; what `npm pack` made is installed first, beside the databases of this run. */
function folderOf(given: string, temporary: string): string {
  if (!given.endsWith('.tgz')) {
    if (existsSync(join(given, 'dist/index.js'))) return resolve(given)
    throw new Error(`There is no build in ${given}: run \`npm ci\` and \`npm run build\` there.`)
  }
  const folder = join(temporary, 'before')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  execFileSync('npm', ['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', resolve(given)], {
    cwd: folder,
  })
  return join(folder, 'node_modules/latchkey')
}
