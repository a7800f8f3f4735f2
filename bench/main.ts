// npm run bench: what latchkey costs, against the least that could be done in the same run. Takes about four minutes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { measureFlood } from './flood.ts'
import { measureLogins } from './logins.ts'
import { measurePackage } from './package-size.ts'
import { type Row, toTable } from './results.ts'
import { measureSessionCheck } from './session-check.ts'

const sections: [title: string, measure: (folder: string) => Row[] | Promise<Row[]>][] = [
  ['A session check', measureSessionCheck],
  ['Logins', measureLogins],
  ['A session check while logins flood', measureFlood],
  ['The package', measurePackage],
]

const folder = mkdtempSync(join(os.tmpdir(), 'latchkey-bench-'))
const parts: string[] = []
for (const [title, measure] of sections) {
  console.log(`\n${title} …`)
  const table = toTable(await measure(folder))
  console.log(table)
  parts.push(`## ${title}\n\n${table}\n`)
}
rmSync(folder, { recursive: true })

const [processor] = os.cpus()
const machine = `${os.cpus().length} cores (${processor?.model.trim()}), ${os.type()} ${os.arch()}, Node ${process.version}`
const introduction = `# Measured

By \`npm run bench\`, on ${machine}, on ${new Date().toISOString().slice(0, 10)}.

"limit" is Hono with one prepared \`SELECT\`, and nothing else: the least that a session check can be. Servers take turns
in the same run, and the ratio is the median over the rounds; other work on the machine moves both sides.
`
writeFileSync(new URL('RESULTS.md', import.meta.url), [introduction, ...parts].join('\n'))
