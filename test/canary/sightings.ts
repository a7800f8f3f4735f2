import { appendFileSync, readFileSync } from 'node:fs'
import { type Secret, findSecret } from './marks.ts'

/** A secret that was seen where it shouldn't be. */
export interface Sighting {
  readonly secret: Secret
  /** The kind of place, as `an event`. */
  readonly where: string
  /** The text around it. */
  readonly around: string
  /** The file and name of the test that ran. */
  readonly test: string
  /** The lines of the project that led there. */
  readonly lines: readonly string[]
}

/** Of the file that holds the sightings of a run, of all its processes; without it nothing is written. */
export const sightingsVariable = 'LATCHKEY_SIGHTINGS'

/** Of the test that runs. */
export const testVariable = 'LATCHKEY_TEST'

const NativeError = Error

/** Searches what reached a place, and notes a secret in it. */
export function search(where: string, text: string, allowed: readonly Secret[] = []): void {
  const found = findSecret(text, allowed)
  const file = process.env[sightingsVariable]
  if (found === null || file === undefined) return
  const sighting: Sighting = { ...found, where, test: process.env[testVariable] ?? '', lines: linesOfProject() }
  appendFileSync(file, `${JSON.stringify(sighting)}\n`)
}

/** All sightings of a run. */
export function readSightings(file: string): Sighting[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line): Sighting => JSON.parse(line))
}

function linesOfProject(): string[] {
  const lines = new NativeError('here').stack?.split('\n').slice(1) ?? []
  return lines
    .filter((line) => !/node_modules|node:|canary\/(sightings|setup|watch)/.test(line))
    .map((line) => line.trim())
}
