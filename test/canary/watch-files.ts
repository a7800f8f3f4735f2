import fs from 'node:fs'
import { join } from 'node:path'
import type { Secret } from './marks.ts'
import { search } from './sightings.ts'
import { watchCalls } from './watch-calls.ts'

/** A hash is what a database is for. */
const hashes: readonly Secret[] = ['a password hash']

/** Of a database of SQLite, and of its log. */
const beginnings = [Buffer.from('SQLite format 3'), Buffer.from('377f06', 'hex')]

/** Searches the files of databases when they are removed: every test removes what it made. */
export function watchFiles(): void {
  const before = ([path]: readonly unknown[]): void => filesOf(String(path)).forEach(searchDatabase)
  watchCalls(fs, 'rmSync', { before })
  watchCalls(fs.promises, 'rm', { before })
}

function filesOf(path: string): string[] {
  const stats = fs.lstatSync(path, { throwIfNoEntry: false })
  if (stats?.isFile() === true) return [path]
  if (stats?.isDirectory() !== true || path.endsWith('node_modules')) return []
  return fs.readdirSync(path).flatMap((name) => filesOf(join(path, name)))
}

function searchDatabase(file: string): void {
  if (isDatabase(file)) search('the bytes of a database', fs.readFileSync(file, 'latin1'), hashes)
}

/** Whether it begins as a database of SQLite does, or as its log. */
function isDatabase(file: string): boolean {
  const beginning = Buffer.alloc(16)
  const descriptor = fs.openSync(file, 'r')
  fs.readSync(descriptor, beginning)
  fs.closeSync(descriptor)
  return beginnings.some((known) => beginning.subarray(0, known.length).equals(known))
}
