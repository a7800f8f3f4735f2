import { ConfigError } from '../errors.ts'
import type { Store } from './store.ts'

type StoreKind = { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'memory' }

// No message repeats the URL: it may hold a password.
const unknownUrl =
  'The database URL is of no known kind. Use sqlite: and a file (sqlite:latchkey.db, sqlite:///folder/latchkey.db), ' +
  'sqlite::memory: or memory:.'

/**
 * Checks a database URL, and opens nothing.
 *
 * @param databaseUrl - `sqlite:latchkey.db` (from the working directory), `sqlite:///folder/latchkey.db`,
 *   `sqlite::memory:` or `memory:`.
 * @throws {ConfigError} When it is of none of these kinds.
 */
export function checkDatabaseUrl(databaseUrl: string): void {
  parseDatabaseUrl(databaseUrl)
}

/**
 * The store for a database URL, not yet open. Its driver is imported here.
 *
 * @throws {ConfigError} When the URL is of no known kind.
 */
export async function storeFromUrl(databaseUrl: string): Promise<Store> {
  const parsed = parseDatabaseUrl(databaseUrl)
  if (parsed.kind === 'memory') {
    const { memoryStore } = await import('./memory.ts')
    return memoryStore()
  }
  const { sqliteStore } = await import('./sqlite.ts')
  return sqliteStore({ path: parsed.path })
}

function parseDatabaseUrl(databaseUrl: string): StoreKind {
  if (databaseUrl === 'memory:') return { kind: 'memory' }
  if (!databaseUrl.startsWith('sqlite:')) throw new ConfigError(unknownUrl)
  return { kind: 'sqlite', path: checkPath(databaseUrl.slice('sqlite:'.length)) }
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
