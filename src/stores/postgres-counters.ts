import type { CounterStore } from '../throttle/counter-store.ts'
import { checkClient, checkName, flexibleCounters } from './flexible-counters.ts'

/** A `Pool` of `pg`. */
export interface PostgresClient {
  readonly query: (...args: never[]) => unknown
}

export interface PostgresCountersOptions {
  /** The table, which is created when it isn't there (default: `latchkey_count`). */
  readonly table?: string
}

/**
 * Counts in PostgreSQL, for any number of processes.
 *
 * @param pool - Made by the app, which closes it.
 * @throws {ConfigError} When an option is wrong.
 *
 * @example
 * const auth = createAuth({ counters: postgresCounters(new Pool()) })
 */
export function postgresCounters(
  pool: PostgresClient,
  { table = 'latchkey_count' }: PostgresCountersOptions = {},
): CounterStore {
  checkClient('The PostgreSQL pool', pool, ['query'])
  checkName('table', table)

  return flexibleCounters(async () => {
    const { RateLimiterPostgres } = await import('rate-limiter-flexible')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const limiter = new RateLimiterPostgres(
      { storeClient: pool, storeType: 'pool', tableName: table, keyPrefix: '', points: 1, duration: 1 },
      (error?: Error) => (error ? reject(error) : resolve()),
    )
    await promise
    return limiter
  })
}
