import { ConfigError } from '../../errors.ts'
import type { NameOptions } from '../sql/names.ts'
import { networkStore } from '../sql/network-store.ts'
import { type PostgresPool, postgresServer } from './server.ts'
import type { Store } from '../store.ts'

export interface PostgresStoreOptions extends NameOptions {
  /**
   * Whether statements are prepared, once for each connection, which makes them twice as fast (default: true).
   * `false` for PgBouncer before 1.21 in transaction mode, which can't carry them.
   */
  readonly namedStatements?: boolean
}

/**
 * Keeps users and sessions in PostgreSQL, by a pool of the package `pg`.
 *
 * The pool stays the app's: the store never ends it. How long to wait for a connection is the pool's
 * `connectionTimeoutMillis`; a statement may take three seconds.
 *
 * @throws {ConfigError} When `pool` is no pool, or a name is no plain one.
 *
 * @example
 * const pool = new Pool({ connectionString: 'postgres://app@db.example/app', connectionTimeoutMillis: 2000 })
 * pool.on('error', (error) => console.error(error))
 * const auth = createAuth({ store: postgresStore(pool) })
 */
export function postgresStore(pool: PostgresPool, options: PostgresStoreOptions = {}): Store {
  const { namedStatements = true, ...names } = options
  if (typeof pool?.query !== 'function' || typeof pool.connect !== 'function') {
    throw new ConfigError('postgresStore takes a Pool of the package pg. Write postgresStore(new Pool({ … })).')
  }
  return networkStore(postgresServer(pool, namedStatements), names)
}
