import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reporter } from 'vitest/node'
import { type Sighting, readSightings, sightingsVariable } from './sightings.ts'

/** Fails a test run that let a secret be seen, and says where. */
export class CanaryReport implements Reporter {
  #folder = ''

  onTestRunStart(): void {
    this.#folder = mkdtempSync(join(tmpdir(), 'latchkey-canary-'))
    const file = join(this.#folder, 'sightings')
    writeFileSync(file, '')
    process.env[sightingsVariable] = file
  }

  onTestRunEnd(): void {
    const sightings = readSightings(join(this.#folder, 'sightings'))
    // What is printed here is no sighting.
    delete process.env[sightingsVariable]
    rmSync(this.#folder, { recursive: true })
    for (const alike of Object.values(Object.groupBy(sightings, kindOf))) console.log(describe(alike ?? []))
    console.log(`\ncanary: secrets were seen ${sightings.length} times where they shouldn't be`)
    if (sightings.length > 0) process.exitCode = 1
  }
}

/** What one mistake brings about many times is told once. */
function kindOf({ secret, where, test }: Sighting): string {
  return `canary: ${secret} in ${where}\n  ${test}`
}

function describe([first, ...others]: readonly Sighting[]): string {
  if (first === undefined) return ''
  const more = others.length === 0 ? [] : [`and ${others.length} more like it`]
  return [`\n${kindOf(first)}`, first.around, ...first.lines, ...more].join('\n  ')
}
