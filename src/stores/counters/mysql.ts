import type { CounterStore } from '../../throttle/counter-store.ts'
import { checkClient, checkName, flexibleCounters } from './flexible-counters.ts'

/** A pool of `mysql2`; of `mysql2/promise`, its member `pool`. */
export interface MysqlPool {
  readonly getConnection: (...args: never[]) => unknown
}

export interface MysqlCountersOptions {
  /** The database, which is created when it isn't there and this user may do so. */
  readonly database: string
  /** The table, which is created when it isn't there (default: `latchkey_count`). */
  readonly table?: string
}

/**
 * Counts in MySQL or MariaDB, for any number of processes.
 *
 * @param pool - Made by the app, which closes it.
 * @throws {ConfigError} When an option is wrong.
 *
 * @example
 * const auth = createAuth({ counters: mysqlCounters(createPool(url), { database: 'app' }) })
 */
export function mysqlCounters(
  pool: MysqlPool,
  { database, table = 'latchkey_count' }: MysqlCountersOptions,
): CounterStore {
  checkClient('The MySQL pool', pool, ['getConnection'])
  checkName('database', database)
  checkName('table', table)

  return flexibleCounters(async () => {
    const { RateLimiterMySQL } = await import('rate-limiter-flexible')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const limiter = new RateLimiterMySQL(
      {
        storeClient: pool,
        storeType: 'pool',
        dbName: database,
        tableName: table,
        keyPrefix: '',
        points: 1,
        duration: 1,
      },
      (error?: Error) => (error ? reject(error) : resolve()),
    )
    await promise
    return limiter
  })
}
