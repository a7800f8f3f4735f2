import type { CounterStore } from '../../throttle/counter-store.ts'
import { checkClient, checkName, flexibleCounters } from './flexible-counters.ts'

/** A `Pool` of `pg`. */
export interface PostgresClient {
  readonly query: (...args: never[]) => unknown
}

/** What rate-limiter-flexible asks of it, by a name as well. */
interface Query {
  readonly text: string
  readonly values?: readonly unknown[]
}

export interface PostgresCountersOptions {
  /** The table, which is created when it isn't there (default: `latchkey_count`). */
  readonly table?: string
  /**
   * Whether statements are prepared, once for each connection (default: true). `false` for PgBouncer before 1.21 in
   * transaction mode, which can't carry them.
   */
  readonly namedStatements?: boolean
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
  { table = 'latchkey_count', namedStatements = true }: PostgresCountersOptions = {},
): CounterStore {
  checkClient('The PostgreSQL pool', pool, ['query'])
  checkName('table', table)
  const storeClient = namedStatements ? pool : withoutNames(pool)

  return flexibleCounters(async () => {
    const { RateLimiterPostgres } = await import('rate-limiter-flexible')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const limiter = new RateLimiterPostgres(
      { storeClient, storeType: 'pool', tableName: table, keyPrefix: '', points: 1, duration: 1 },
      (error?: Error) => (error ? reject(error) : resolve()),
    )
    await promise
    return limiter
  })
}

function withoutNames(pool: PostgresClient): PostgresClient {
  // Its type says nothing of what it takes, so that it is that of any pool.
  return { query: ({ text, values }: Query) => pool.query({ text, values } as never) }
}
