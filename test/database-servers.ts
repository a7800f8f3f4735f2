import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { hasPostgres, postgresPrograms } from './postgres-programs.ts'
import { endWithTests } from './process/end-with-tests.ts'
import { findFreePort } from './process/free-port.ts'

/** A database server of a test's own, which it may kill. */
export interface DatabaseServer {
  /** Where an administrator reaches it. */
  readonly url: string
  /** Kills it, as a crash would. */
  kill(): Promise<void>
  /** Starts it on the same port, from what it wrote to disk; resolves when it answers. */
  start(): Promise<void>
  /** Ends it, and removes its files. */
  stop(): Promise<void>
}

/** A program that serves from a folder, as a user that is not root where the tests are. */
interface Program {
  readonly url: string
  readonly folder: string
  readonly command: readonly [program: string, ...programArguments: readonly string[]]
  readonly owner: Owner
  /** Beside that of the tests. */
  readonly environment: Environment
  isAnswering(): Promise<boolean>
}

export type Environment = Readonly<Record<string, string>>

interface Owner {
  readonly uid?: number
  readonly gid?: number
}

const startLimitMs = 30_000

function searchPath(): string[] {
  return [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin']
}

/** Whether tests that start a PostgreSQL of their own are left out, and says so. Where `CI` is set they fail instead. */
export function isPostgresMissing(): boolean {
  return isMissing('PostgreSQL', hasPostgres(), 'postgres')
}

/** The same of MariaDB. */
export function isMariadbMissing(): boolean {
  const isHere = searchPath().some((folder) => existsSync(join(folder, 'mariadbd')))
  return isMissing('MariaDB', isHere, 'mysql')
}

function isMissing(name: string, isHere: boolean, user: string): boolean {
  const here = tmpdir()
  if (process.env['CI'] !== undefined || (isHere && mayEnter(user, here))) return false
  console.log(isHere ? `Skipped: ${name}'s user may not enter ${here}.` : `Skipped: no ${name} is installed here.`)
  return true
}

/** Root's home, where `TMPDIR` may be, is closed to others. */
function mayEnter(user: string, folder: string): boolean {
  return spawnSync('test', ['-x', folder], ownerNamed(user)).status === 0
}

/** The names and versions of the databases that are here. */
export function databaseVersions(): string[] {
  const env = { ...process.env, PATH: searchPath().join(':') }
  const postgres = join(hasPostgres() ? postgresPrograms() : '', 'postgres')
  const programs = { PostgreSQL: postgres, MariaDB: 'mariadbd', Redis: 'redis-server' }
  return Object.entries(programs).flatMap(([name, program]) => {
    const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', env })
    const version = /\d+(?:\.\d+)+/.exec(stdout ?? '')?.[0]
    return version === undefined ? [] : [`${name} ${version}`]
  })
}

export async function startPostgres(environment: Environment = {}): Promise<DatabaseServer> {
  const programs = postgresPrograms()
  const owner = ownerNamed('postgres')
  const folder = createFolder(owner)
  const data = join(folder, 'data')
  const how = ['--auth', 'trust', '--username', 'postgres', '--encoding', 'UTF8', '--no-sync']
  execFileSync(join(programs, 'initdb'), ['--pgdata', data, ...how], { ...owner, cwd: folder, stdio: 'pipe' })
  const port = await findFreePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const place = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1']
  return run({
    url,
    folder,
    owner,
    environment,
    command: [join(programs, 'postgres'), ...place],
    async isAnswering() {
      const client = new Client({ connectionString: url, connectionTimeoutMillis: 1000 })
      await client.connect()
      await client.end()
      return true
    },
  })
}

export async function startMariadb(environment: Environment = {}): Promise<DatabaseServer> {
  const owner = ownerNamed('mysql')
  const folder = createFolder(owner)
  const data = `--datadir=${join(folder, 'data')}`
  const env = { ...process.env, PATH: searchPath().join(':') }
  const how = ['--no-defaults', '--auth-root-authentication-method=normal']
  execFileSync('mariadb-install-db', [...how, data], { ...owner, cwd: folder, env, stdio: 'pipe' })
  const port = await findFreePort()
  const url = `mysql://root@127.0.0.1:${port}/`
  const place = [`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 'socket')}`]
  return run({
    url,
    folder,
    owner,
    environment,
    command: ['mariadbd', '--no-defaults', data, ...place, `--pid-file=${join(folder, 'pid')}`],
    async isAnswering() {
      const connection = await createConnection({ uri: url, connectTimeout: 1000 })
      await connection.end()
      return true
    },
  })
}

async function run(program: Program): Promise<DatabaseServer> {
  const env = { ...process.env, PATH: searchPath().join(':'), ...program.environment }
  const [name, ...programArguments] = program.command
  let child: ChildProcess | null = null

  async function start(): Promise<void> {
    const giveUpAt = performance.now() + startLimitMs
    while (!(await program.isAnswering().catch(() => false))) {
      if (performance.now() > giveUpAt) throw new Error(`${name} doesn't answer.`)
      // What a killed server left behind may be in the way at first.
      if (child === null || hasEnded(child)) {
        child = spawn(name, programArguments, { ...program.owner, cwd: program.folder, env, stdio: 'ignore' })
      }
      await pause(50)
    }
  }

  async function kill(): Promise<void> {
    if (child === null || hasEnded(child)) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  const remove = (): void => rmSync(program.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  const forget = endWithTests(() => {
    child?.kill('SIGKILL')
    remove()
  })
  await start()
  return {
    url: program.url,
    kill,
    start,
    async stop() {
      await kill()
      remove()
      forget()
    },
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** Servers refuse to run as root: as their own user, or where there is none, as nobody. */
function ownerNamed(user: string): Owner {
  if (process.getuid?.() !== 0) return {}
  const name = spawnSync('id', [user]).status === 0 ? user : 'nobody'
  const idOf = (kind: '-u' | '-g'): number => Number(execFileSync('id', [kind, name], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

function createFolder({ uid, gid }: Owner): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-server-'))
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  return folder
}
