import { ConfigError } from '../../errors.ts'
import { type MysqlPool, mysqlServer } from './server.ts'
import type { NameOptions } from '../sql/names.ts'
import { networkStore } from '../sql/network-store.ts'
import type { Store } from '../store.ts'

/** A pool of `mysql2` itself, whose methods take callbacks. */
export interface MysqlCallbackPool {
  promise(): MysqlPool
}

export type MysqlStoreOptions = NameOptions

/**
 * Keeps users and sessions in MySQL or MariaDB, by a pool of the package `mysql2`, with promises or
 * callbacks.
 *
 * The pool stays the app's: the store never ends it. The store waits two seconds for a connection, and three for the
 * outcome of a statement.
 *
 * @throws {ConfigError} When `pool` is no pool, or a name is no plain one.
 *
 * @example
 * import { createPool } from 'mysql2/promise'
 *
 * const auth = createAuth({ store: mysqlStore(createPool('mysql://app@db.example/app')) })
 */
export function mysqlStore(pool: MysqlPool | MysqlCallbackPool, names: MysqlStoreOptions = {}): Store {
  return networkStore(mysqlServer(toPromisePool(pool)), names)
}

function toPromisePool(pool: MysqlPool | MysqlCallbackPool): MysqlPool {
  if (typeof pool === 'object' && pool !== null) {
    if ('promise' in pool) return pool.promise()
    if ('getConnection' in pool) return pool
  }
  throw new ConfigError('mysqlStore takes a pool of the package mysql2. Write mysqlStore(createPool({ … })).')
}
