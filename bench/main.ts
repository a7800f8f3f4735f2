// npm run bench: what latchkey costs, beside its peers and the least that could be done, in the same run.
import { measureCleanUp } from './clean-up.ts'
import { measureColdImport } from './cold-import.ts'
import { measureFlood } from './flood.ts'
import { measureLogins } from './logins.ts'
import { measureManySessions } from './many-sessions.ts'
import { measurePackages } from './packages.ts'
import { writeReport } from './report.ts'
import { type Section, sectionText } from './results.ts'
import { measureSessionCheck } from './session-check.ts'
import { type Run, createRun, readArguments } from './settings.ts'
import { measureStart } from './start.ts'
import { twoBuilds } from './two-builds.ts'
import { measureTwoProcesses } from './two-processes.ts'

const all: Readonly<Record<string, (run: Run) => Promise<Section>>> = {
  'session-check': measureSessionCheck,
  'many-sessions': measureManySessions,
  logins: measureLogins,
  flood: measureFlood,
  'clean-up': measureCleanUp,
  'two-processes': measureTwoProcesses,
  start: measureStart,
  'cold-import': measureColdImport,
  packages: measurePackages,
}

const given = readArguments()
const sections = given.before === null ? all : twoBuilds(given.before)
const unknown = given.only.filter((name) => !(name in sections))
if (unknown.length > 0) throw new Error(`There are ${Object.keys(sections).join(', ')}; not ${unknown.join(', ')}.`)

// Between two builds, one pair says most; others are asked for by name.
const usual = given.before === null ? [] : ['latchkey hono sqlite', 'limit hono sqlite']
const run = await createRun({ ...given, servers: given.servers.length > 0 ? given.servers : usual })
process.once('SIGINT', () => void run.databases.dropAll().finally(() => process.exit(130)))
const measured: Section[] = []
const started = performance.now()
try {
  for (const [name, measure] of Object.entries(sections)) {
    if (given.only.length > 0 && !given.only.includes(name)) continue
    const before = performance.now()
    run.tell(`${name} …`)
    measured.push(await measure(run))
    run.tell(`${name}: ${((performance.now() - before) / 1000).toFixed(0)} s`)
  }
} finally {
  await run.databases.dropAll()
}
console.log(given.json ? JSON.stringify(measured, null, 2) : measured.map(sectionText).join('\n\n'))

// Figures of a part, or of a quick run, are to be looked at and not to be kept.
const isWhole = given.before === null && !given.quick && given.only.length === 0 && given.servers.length === 0
const folders = isWhole ? { tables: 'bench', chart: 'docs/images' } : { tables: 'bench/build', chart: 'bench/build' }
writeReport(measured, (performance.now() - started) / 60_000, folders)
