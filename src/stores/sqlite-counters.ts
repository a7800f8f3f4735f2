import { resolve } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { CounterStore } from '../throttle/counter-store.ts'
import { type FlexibleLimiter, checkName, flexibleCounters } from './flexible-counters.ts'
import { openSqlite } from './sqlite-connection.ts'
import { retryWhileBusy } from './sqlite-errors.ts'

export interface SqliteCountersOptions {
  /** The database's file, created if need be (default: `latchkey-counts.db` in the working directory). */
  readonly path?: string
  /** The table, which is created when it isn't there (default: `latchkey_count`). */
  readonly table?: string
}

/** A counter store that has a file open. */
export interface SqliteCounters extends CounterStore {
  /** Closes the file, if it is open; the next count opens it again. */
  close(): void
}

// What is lost with the machine's power are counts of the last moment.
const settings = ['PRAGMA journal_mode = WAL', 'PRAGMA synchronous = NORMAL']

/**
 * Counts in an SQLite file, for the processes of one machine, by the `node:sqlite` that is built into Node.js.
 *
 * @throws {ConfigError} When an option is wrong.
 *
 * @example
 * const auth = createAuth({ counters: sqliteCounters() })
 */
export function sqliteCounters({
  path = 'latchkey-counts.db',
  table = 'latchkey_count',
}: SqliteCountersOptions = {}): SqliteCounters {
  checkName('table', table)
  const file = path === ':memory:' ? path : resolve(path)
  let database: DatabaseSync | null = null

  async function open(): Promise<FlexibleLimiter> {
    const { RateLimiterSQLite } = await import('rate-limiter-flexible')
    const opened = await retryWhileBusy(() => openSqlite(file, [...settings, createTable(table)]))
    database = opened
    const limiter = new RateLimiterSQLite({
      storeClient: clientOf(opened),
      storeType: 'better-sqlite3',
      tableName: table,
      tableCreated: true,
      keyPrefix: '',
      points: 1,
      duration: 1,
    })
    return waiting(limiter)
  }

  const { reset, ...counters } = flexibleCounters(open)
  return {
    ...counters,
    close() {
      // One that is being opened would be opened twice.
      if (database === null) return
      database.close()
      database = null
      reset()
    },
  }
}

/** As rate-limiter-flexible makes it, which does so too late for one that is closed meanwhile. */
function createTable(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, points INTEGER NOT NULL DEFAULT 0, expire INTEGER)`
}

/** What the limiter uses of `better-sqlite3`. */
function clientOf(database: DatabaseSync): object {
  const prepared = new Map<string, StatementSync>()
  return {
    prepare(statement: string): StatementSync {
      const known = prepared.get(statement) ?? database.prepare(statement)
      prepared.set(statement, known)
      return known
    },
    // Each of the statements is atomic by itself.
    transaction: (run: () => unknown) => run,
  }
}

/** The same limiter, whose writes wait for those of other processes without holding up anything else. */
function waiting(limiter: FlexibleLimiter): FlexibleLimiter {
  return {
    penalty: (...args) => retryWhileBusy(() => limiter.penalty(...args)),
    reward: (...args) => retryWhileBusy(() => limiter.reward(...args)),
    get: (...args) => retryWhileBusy(() => limiter.get(...args)),
    delete: (...args) => retryWhileBusy(() => limiter.delete(...args)),
  }
}
