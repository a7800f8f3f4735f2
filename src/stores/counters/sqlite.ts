import { resolve } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../clock.ts'
import type { CounterStore } from '../../throttle/counter-store.ts'
import { sqliteDialect } from '../sql/dialect.ts'
import { type FlexibleLimiter, checkName, flexibleCounters } from './flexible-counters.ts'
import { openSqlite } from '../sqlite/connection.ts'
import { retryWhileBusy } from '../sqlite/errors.ts'

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

const cleaningIntervalMs = 300_000
// SQLite deletes this many within a millisecond or two, during which nothing else in the process runs.
const cleaningBatch = 100
const cleaningPauseMs = 10

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
    const opened = await retryWhileBusy(() => openSqlite(file, [...settings, ...createTable(table)]))
    const client = clientOf(opened)
    database = opened
    const limiter = new RateLimiterSQLite({
      storeClient: client,
      storeType: 'better-sqlite3',
      tableName: table,
      tableCreated: true,
      keyPrefix: '',
      points: 1,
      duration: 1,
    })
    return waiting(limiter, createCleaner(client, table))
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

/** As rate-limiter-flexible makes it, which does so too late for one that is closed meanwhile; and an index to clean by. */
function createTable(table: string): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, points INTEGER NOT NULL DEFAULT 0, expire INTEGER)`,
    `CREATE INDEX IF NOT EXISTS ${table}_expire ON ${table} (expire)`,
  ]
}

/** What the limiter uses of `better-sqlite3`. */
interface Client {
  prepare(statement: string): StatementSync
  transaction<Run>(run: Run): Run
}

function clientOf(database: DatabaseSync): Client {
  const prepared = new Map<string, StatementSync>()
  return {
    prepare(statement) {
      const known = prepared.get(statement) ?? database.prepare(statement)
      prepared.set(statement, known)
      return known
    },
    // Each of the statements is atomic by itself.
    transaction: (run) => run,
  }
}

/**
 * Deletes what has expired: at most once in five minutes, in batches with pauses, so that nobody waits for a large one.
 * Never rejects.
 */
function createCleaner({ prepare }: Client, table: string): () => Promise<void> {
  let nextAtMs = Number.NEGATIVE_INFINITY
  const batch = sqliteDialect.deleteSome({ table, key: 'key', which: 'expire < ? ORDER BY expire' })

  async function deleteExpired(instant: number): Promise<void> {
    let deleted = cleaningBatch
    while (deleted === cleaningBatch) {
      await pause(cleaningPauseMs, undefined, { ref: false })
      deleted = await retryWhileBusy(() => Number(prepare(batch).run(instant, cleaningBatch).changes))
    }
  }

  return async () => {
    if (systemClock.monotonicMs() < nextAtMs) return
    // Until this one has ended.
    nextAtMs = Number.POSITIVE_INFINITY
    try {
      await deleteExpired(Date.now())
    } catch {
      // It can wait for the next time; a file that can't be written fails the counts as well.
    }
    nextAtMs = systemClock.monotonicMs() + cleaningIntervalMs
  }
}

/** The same limiter, whose writes wait for those of other processes without holding up anything else. */
function waiting(limiter: FlexibleLimiter, clean: () => Promise<void>): FlexibleLimiter {
  return {
    penalty(...args) {
      void clean()
      return retryWhileBusy(() => limiter.penalty(...args))
    },
    reward: (...args) => retryWhileBusy(() => limiter.reward(...args)),
    get: (...args) => retryWhileBusy(() => limiter.get(...args)),
    delete: (...args) => retryWhileBusy(() => limiter.delete(...args)),
  }
}
