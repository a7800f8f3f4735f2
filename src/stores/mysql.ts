import { ConfigError } from '../errors.ts'
import { defaultTablePrefix, tablesWithPrefix } from './dialect.ts'
import { type MysqlPool, mysqlServer } from './mysql-server.ts'
import { networkStore } from './network-store.ts'
import type { Store } from './store.ts'

export type { MysqlConnection, MysqlPool, MysqlStatement } from './mysql-server.ts'

/** A pool of `mysql2` itself, whose methods take callbacks. */
export interface MysqlCallbackPool {
  promise(): MysqlPool
}

export interface MysqlStoreOptions {
  /** What the names of the tables begin with: letters, digits and `_` (default: `latchkey_`). */
  readonly tablePrefix?: string
}

/**
 * Keeps users and sessions in MySQL or MariaDB, by a pool of the package `mysql2`, with promises or
 * callbacks.
 *
 * The pool stays the app's: the store never ends it. The store waits two seconds for a connection, and three for the
 * outcome of a statement.
 *
 * @throws {ConfigError} When `pool` is no pool, or `tablePrefix` is no plain name.
 *
 * @example
 * import { createPool } from 'mysql2/promise'
 *
 * const auth = createAuth({ store: mysqlStore(createPool('mysql://app@db.example/app')) })
 */
export function mysqlStore(pool: MysqlPool | MysqlCallbackPool, options: MysqlStoreOptions = {}): Store {
  const { tablePrefix = defaultTablePrefix } = options
  return networkStore(mysqlServer(toPromisePool(pool)), tablesWithPrefix(tablePrefix))
}

function toPromisePool(pool: MysqlPool | MysqlCallbackPool): MysqlPool {
  if (typeof pool === 'object' && pool !== null) {
    if ('promise' in pool) return pool.promise()
    if ('getConnection' in pool) return pool
  }
  throw new ConfigError('mysqlStore takes a pool of the package mysql2. Write mysqlStore(createPool({ … })).')
}
