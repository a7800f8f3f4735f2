import { ConfigError } from '../errors.ts'
import type { SplitStore, Store } from './store.ts'

const temporaryUrls: ReadonlySet<string> = new Set(['memory:', 'sqlite::memory:'])

/**
 * Refuses a store in memory, for production.
 *
 * @throws {ConfigError}
 */
export function requireLasting(store: Store | SplitStore | string): void {
  const isTemporary = typeof store === 'string' ? temporaryUrls.has(store) : store.temporary === true
  if (!isTemporary) return
  throw new ConfigError(
    'In production, users and sessions can’t be kept in memory, where they end with the process. Set store (or DATABASE_URL) ' +
      'to a database, like "sqlite:/var/lib/app/latchkey.db"; for a trial, set production to false.',
  )
}
