import { ConfigError } from '../errors.ts'
import type { NameOptions } from './sql/names.ts'
import type { Store } from './store.ts'

export type DatabaseKind = 'memory' | 'sqlite' | 'postgres' | 'mysql'

interface KnownUrl {
  readonly kind: DatabaseKind
  /** Imports the driver. */
  readonly createStore: (names: NameOptions) => Promise<Store>
}

// No message repeats the URL: it may hold a password.
const unknownUrl =
  'The database URL is of no known kind. Use sqlite: and a file (sqlite:latchkey.db, sqlite:///folder/latchkey.db), ' +
  'sqlite::memory:, memory:, postgres://user:password@host/database or mysql://user:password@host/database.'

const onlySessions =
  'Redis keeps sessions alone. Set SESSIONS_URL, or sessionsUrl, to this URL, and DATABASE_URL to one for the users.'

const serverSchemes: ReadonlyMap<string, (url: string) => KnownUrl> = new Map([
  ['postgres:', postgresUrl],
  ['postgresql:', postgresUrl],
  ['mysql:', mysqlUrl],
  ['mariadb:', mysqlUrl],
])

/**
 * Checks a database URL, and opens nothing.
 *
 * @param databaseUrl - `sqlite:latchkey.db` (from the working directory), `sqlite:///folder/latchkey.db`,
 *   `sqlite::memory:`, `memory:`, `postgres://user:password@host/database` or `mysql://user:password@host/database`.
 * @throws {ConfigError} When it is of none of these kinds.
 */
export function checkDatabaseUrl(databaseUrl: string): void {
  parseDatabaseUrl(databaseUrl)
}

/**
 * The kind of database that a URL names.
 *
 * @throws {ConfigError} When it is of no known kind.
 */
export function databaseKind(databaseUrl: string): DatabaseKind {
  return parseDatabaseUrl(databaseUrl).kind
}

/**
 * The store for a database URL, not yet open. Its driver is imported here.
 *
 * @throws {ConfigError} When the URL is of no known kind, or its driver isn't installed.
 */
export function storeFromUrl(databaseUrl: string, names: NameOptions = {}): Promise<Store> {
  return parseDatabaseUrl(databaseUrl).createStore(names)
}

function parseDatabaseUrl(databaseUrl: string): KnownUrl {
  if (databaseUrl === 'memory:') return memoryUrl()
  if (databaseUrl.startsWith('sqlite:')) return sqliteUrl(databaseUrl)

  const scheme = /^[a-z]+:(?=\/\/)/.exec(databaseUrl)?.[0] ?? ''
  if (/^rediss?:/.test(scheme)) throw new ConfigError(onlySessions)
  const parse = serverSchemes.get(scheme)
  if (parse === undefined) throw new ConfigError(unknownUrl)
  checkServerUrl(databaseUrl)
  return parse(databaseUrl)
}

function memoryUrl(): KnownUrl {
  return { kind: 'memory', createStore: async () => (await import('./memory.ts')).memoryStore() }
}

function sqliteUrl(url: string): KnownUrl {
  const path = checkPath(url.slice('sqlite:'.length))
  return { kind: 'sqlite', createStore: async (names) => (await import('./sqlite.ts')).sqliteStore({ ...names, path }) }
}

function postgresUrl(url: string): KnownUrl {
  return {
    kind: 'postgres',
    createStore: async (names) => (await import('./postgres/url.ts')).postgresFromUrl(url, names),
  }
}

function mysqlUrl(url: string): KnownUrl {
  checkMysqlUrl(new URL(url))
  return { kind: 'mysql', createStore: async (names) => (await import('./mysql/url.ts')).mysqlFromUrl(url, names) }
}

function checkPath(path: string): string {
  if (path === '') throw new ConfigError('The database URL names no file. Write it like sqlite:latchkey.db.')
  // Elsewhere these would be a host and options; taken as part of a file's name they would hide a mistake.
  if (/^\/\/(?!\/)/.test(path) || /[?#]/.test(path)) {
    throw new ConfigError(
      'The database URL must be sqlite: and a path alone, with one slash or three before the folder.',
    )
  }
  return path.replace(/^\/\/\//, '/')
}

function checkServerUrl(databaseUrl: string): void {
  if (!URL.canParse(databaseUrl) || databaseUrl.includes('#')) {
    throw new ConfigError(
      'The database URL can’t be read. In its user and password, write characters such as / ? # @ : as %2F %3F %23 %40 %3A.',
    )
  }
}

function checkMysqlUrl({ pathname, searchParams }: URL): void {
  if (pathname.length < 2) {
    throw new ConfigError('The database URL names no database. Write it like mysql://user:password@host/database.')
  }
  // mysql2 would pass over it, and connect without TLS.
  if (searchParams.has('ssl-mode') || searchParams.has('sslmode')) {
    throw new ConfigError('Instead of ssl-mode, write ?ssl={"rejectUnauthorized":true} into the database URL.')
  }
}
