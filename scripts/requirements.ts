// Writes into docs/requirements.md which tests show what, and fails where page and tests contradict each other.
// Lists the tests of rows that are named: npm run requirements -- 76 F10
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findUnreadMarks, readMarkedTests } from './requirement-marks.ts'
import { faultsOf, findContradictions, writeRequirementsPage } from './requirements-page.ts'

const root = join(import.meta.dirname, '..')
const path = join(root, 'docs/requirements.md')
const tests = readMarkedTests(root)

function listTestsOf(row: string): void {
  console.log(`Row ${row}`)
  for (const { file, line, name, rows } of tests) {
    if (rows.includes(row)) console.log(`  ${file}:${line}  ${name}`)
  }
}

function writePage(): void {
  const page = writeRequirementsPage(readFileSync(path, 'utf8'), tests)
  writeFileSync(path, page)
  const faults = faultsOf(readFileSync(join(root, 'docs/reliability.md'), 'utf8'))
  const unread = findUnreadMarks(root).map((place) => `${place} names a row in a way that isn't read.`)
  const wrong = [...findContradictions(page, tests, faults), ...unread]
  for (const sentence of wrong) console.error(sentence)
  if (wrong.length > 0) process.exitCode = 1
}

const asked = process.argv.slice(2)
if (asked.length === 0) writePage()
else asked.forEach(listTestsOf)
