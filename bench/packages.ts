import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Row, Section } from './results.ts'
import type { Run } from './settings.ts'

/** What somebody installs to have the same four routes. */
const installs: Readonly<Record<string, readonly string[]>> = {
  'latchkey, on node:http and SQLite': ['latchkey'],
  'latchkey, on Hono and SQLite': ['latchkey', 'hono', '@hono/node-server'],
  'latchkey, on Express and PostgreSQL': ['latchkey', 'express', 'pg'],
  'better-auth, on Hono and SQLite': ['better-auth', 'hono', '@hono/node-server'],
  'express-session, on SQLite': [
    'express',
    'express-session',
    'better-sqlite3',
    'better-sqlite3-session-store',
    '@node-rs/argon2',
  ],
  'express-session, on PostgreSQL': ['express', 'express-session', 'pg', 'connect-pg-simple', '@node-rs/argon2'],
  'express-session, on Redis': ['express', 'express-session', 'redis', 'connect-redis', '@node-rs/argon2'],
  '@fastify/session, on Redis': [
    'fastify',
    '@fastify/cookie',
    '@fastify/session',
    'redis',
    'connect-redis',
    '@node-rs/argon2',
  ],
  'iron-session, on Hono': ['iron-session', 'hono', '@hono/node-server', '@node-rs/argon2'],
  'auth.js, on Hono': ['@auth/core', 'hono', '@hono/node-server', '@node-rs/argon2'],
}

/** How many packages and megabytes come with each, into an empty folder. */
export async function measurePackages(run: Run): Promise<Section> {
  const versions = readVersions(packLatchkey(run.databases.folder))
  const isAsked = ([name]: [string, unknown]): boolean => !run.quick || name.startsWith('latchkey')
  const rows = Object.entries(installs)
    .filter(isAsked)
    .map(([name, packages], index) => {
      run.tell(`  ${name}`)
      return install(join(run.databases.folder, `install-${index}`), name, packages, versions)
    })
  return {
    title: 'What is installed',
    about: 'By `npm install` in an empty folder, for a server with a login; install scripts do not run.',
    columns: ['packages', 'MB'],
    rows,
    targets: [],
  }
}

function packLatchkey(folder: string): string {
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
  return join(folder, execFileSync('npm', args, { encoding: 'utf8' }).trim())
}

function readVersions(tarball: string): Map<string, string> {
  const files = ['package.json', 'bench/package.json'].map((file) => JSON.parse(readFileSync(file, 'utf8')))
  const versions = files.flatMap(({ dependencies, devDependencies }) => [
    ...Object.entries<string>(dependencies),
    ...Object.entries<string>(devDependencies),
  ])
  return new Map([...versions, ['latchkey', tarball]])
}

function install(folder: string, name: string, packages: readonly string[], versions: Map<string, string>): Row {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const wanted = packages.map((one) => (one === 'latchkey' ? `${versions.get(one)}` : `${one}@${versions.get(one)}`))
  const options = ['--silent', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  execFileSync('npm', ['install', ...options, ...wanted], { cwd: folder })
  const listed = execFileSync('npm', ['ls', '--all', '--parseable', '--silent'], { cwd: folder, encoding: 'utf8' })
  return {
    name,
    cells: [String(listed.trim().split('\n').length - 1), sizeOf(join(folder, 'node_modules')) / 1_000_000],
  }
}

function sizeOf(path: string): number {
  const entry = statSync(path, { throwIfNoEntry: false })
  if (entry === undefined || !entry.isDirectory()) return entry?.size ?? 0
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
