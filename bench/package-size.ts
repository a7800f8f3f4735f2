import { execFileSync } from 'node:child_process'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Row, row } from './results.ts'
import { median } from './statistics.ts'

const imports = 21

/** What the packed package brings into an empty folder, and how long its first import takes. */
export function measurePackage(folder: string): Row[] {
  const tarball = run(
    'npm',
    ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder],
    process.cwd(),
  ).trim()
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  run('npm', ['install', '--silent', '--omit=dev', join(folder, tarball)], folder)

  const installed = join(folder, 'node_modules')
  const times = Array.from({ length: imports }, () => importTime(folder))
  return [
    row('packages installed', countPackages(installed), { atMost: 12 }),
    row('size installed, MB', sizeOf(installed) / 1_000_000, { atMost: 12 }),
    row('cold import of latchkey, ms (median)', median(times), { atMost: 20 }),
  ]
}

function importTime(folder: string): number {
  const script = `const start = performance.now(); await import('latchkey'); console.log(performance.now() - start)`
  return Number(run(process.execPath, ['--input-type=module', '--eval', script], folder))
}

function countPackages(folder: string): number {
  const lock = run('npm', ['ls', '--all', '--parseable', '--silent'], join(folder, '..'))
  return lock.trim().split('\n').length - 1
}

function sizeOf(path: string): number {
  const entry = statSync(path)
  if (!entry.isDirectory()) return entry.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8' })
}
