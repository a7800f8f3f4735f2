import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { createAuth, type Auth } from '../auth.ts'
import { ConfigError } from '../errors.ts'
import { checkDatabaseUrl } from '../stores/open-store.ts'
import type { User } from '../user/user-store.ts'
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
  const store = databaseOf(command)
  const path = missingFile(store)
  if (path !== null && !create) {
    throw new ConfigError(
      `There is no database at ${path}. Name yours with --database, or create one with "latchkey migrate".`,
    )
  }

  // The app's settings for requests don't matter here, and wrong ones don't stop its administration.
  const auth = createAuth({ store, origin: [], trustedProxies: [], production: false, throttle: null, onEvent: ignore })
  try {
    await auth.ready()
    await work(auth)
  } finally {
    await auth.close()
  }
}

/** The URL of the database that a command works on. */
export function databaseOf(command: Command): string {
  return command.optsWithGlobals<{ database: string }>().database
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

function ignore(): void {}
