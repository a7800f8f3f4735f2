import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { createAuth, type Auth } from '../auth.ts'
import { ConfigError } from '../errors.ts'
import type { NameOptions } from '../stores/sql/names.ts'
import { checkDatabaseUrl, storeFromUrl } from '../stores/store-from-url.ts'
import type { User } from '../user/user-store.ts'
import { type EventLog, openEventLog } from './event-log.ts'
import { RefusedError } from './exit-codes.ts'

export interface WithAuthOptions {
  /** Whether a database that isn't there is created (default: false, it is a `ConfigError`). */
  readonly create?: boolean
}

/** Does a command's work on the database that `--database` names, brought up to date, and closes it. */
export async function withAuth(
  command: Command,
  work: (auth: Auth) => Promise<void>,
  { create = false }: WithAuthOptions = {},
): Promise<void> {
  const path = missingFile(databaseOf(command))
  if (path !== null && !create) {
    throw new ConfigError(
      `There is no database at ${path}. Name yours with --database, or create one with "latchkey migrate".`,
    )
  }

  const log = eventLogOf(command)
  // The app's settings for requests don't matter here, and wrong ones don't stop its administration.
  const auth = createAuth({
    store: await storeFromUrl(databaseOf(command), namesOf(command)),
    sessionsUrl: process.env['SESSIONS_URL'] || null,
    origin: [],
    trustedProxies: [],
    production: false,
    limits: null,
    onEvent: log === null ? ignore : log.write,
  })
  try {
    await auth.ready()
    await work(auth)
  } finally {
    await auth.close()
    log?.close()
  }
}

/** The URL of the database that a command works on. */
export function databaseOf(command: Command): string {
  return command.optsWithGlobals<{ database: string }>().database
}

/**
 * What `--names` says of the names of tables and columns.
 *
 * @throws {ConfigError} When there is no such file, or it isn't JSON.
 */
export function namesOf(command: Command): NameOptions {
  const { names } = command.optsWithGlobals<{ names?: string }>()
  if (names === undefined) return {}
  try {
    // What is in it is checked as the options of a store are.
    return JSON.parse(readFileSync(names, 'utf8')) as NameOptions
  } catch (cause) {
    throw new ConfigError(`${names} isn't a JSON file with names of tables and columns.`, { cause })
  }
}

/**
 * The SQLite file that isn't there yet; `null` when it is, or when the database is no file.
 *
 * @throws {ConfigError} When the URL is of no known kind.
 */
export function missingFile(databaseUrl: string): string | null {
  checkDatabaseUrl(databaseUrl)
  if (!databaseUrl.startsWith('sqlite:') || databaseUrl === 'sqlite::memory:') return null

  const path = databaseUrl.slice('sqlite:'.length).replace('///', '/')
  return existsSync(path) ? null : path
}

/** The user of this username or e-mail address, or a `RefusedError`. */
export async function requireUser(auth: Auth, identifier: string): Promise<User> {
  const user = await auth.users.findByIdentifier(identifier)
  if (user === null) throw new RefusedError(`There is no user ${identifier}.`)
  return user
}

/** Where `--events` says that changes are told. */
function eventLogOf(command: Command): EventLog | null {
  const { events } = command.optsWithGlobals<{ events?: string }>()
  return events === undefined || events === '' ? null : openEventLog(events)
}

function ignore(): void {}
