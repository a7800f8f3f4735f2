import { createHash } from 'node:crypto'
import { postgresDialect } from '../sql/dialect.ts'
import type { Schema } from '../sql/migrations.ts'
import { type DatabaseServer, findVersion, retryRolledBack } from '../sql/network-store.ts'
import { migrationLimitMs, statementLimitMs } from '../drivers/time-limits.ts'
import { checkPostgresConnection } from './connection-check.ts'
import { isRolledBack, toOpenError, toStoreError } from './errors.ts'
import type { Row, SqlValue } from '../sql/driver.ts'

/** What latchkey asks of a statement. */
export interface PostgresStatement {
  readonly name?: string
  readonly text: string
  readonly values: SqlValue[]
  readonly rowMode: 'array'
  readonly query_timeout: number
}

/** What latchkey reads of an answer. */
export interface PostgresResult {
  readonly rows: readonly unknown[]
  readonly rowCount: number | null
}

/** One connection of a pool. */
export interface PostgresClient {
  query(statement: PostgresStatement): Promise<PostgresResult>
  on(event: 'error', listener: (error: Error) => void): unknown
  release(destroy: boolean): void
}

/** What latchkey uses of a `Pool` of the package `pg`. */
export interface PostgresPool {
  query(statement: PostgresStatement): Promise<PostgresResult>
  connect(): Promise<PostgresClient>
}

type Query = (text: string, values: readonly SqlValue[]) => Promise<PostgresResult>

export function postgresServer(pool: PostgresPool, namedStatements: boolean): DatabaseServer {
  const nameOf = namedStatements ? createNames() : null

  const query: Query = async (text, values) => {
    const statement = { ...(nameOf && { name: nameOf(text) }), ...statementOf(text, values, statementLimitMs) }
    try {
      return await retryRolledBack(() => pool.query(statement), isRolledBack)
    } catch (error) {
      throw toStoreError(error)
    }
  }

  const driver = driverOf(query)
  return {
    dialect: postgresDialect,
    driver,
    toOpenError,
    checkConnection: () => checkPostgresConnection(driver),
    migrate: (schema) => migrate(pool, schema),
  }
}

function driverOf(query: Query): DatabaseServer['driver'] {
  const write = async (text: string, values: readonly SqlValue[]): Promise<number> =>
    (await query(text, values)).rowCount ?? 0

  return {
    async first(text, values) {
      const { rows } = await query(text, values)
      // With `rowMode: 'array'`, a row is one.
      return (rows[0] as Row | undefined) ?? null
    },
    async all(text, values) {
      const { rows } = await query(text, values)
      // With `rowMode: 'array'`, a row is one.
      return rows as readonly Row[]
    },
    write,
    // Others lock single rows, and for the length of one statement.
    writeUnsynced: write,
    // Nobody sees what isn't committed.
    settled: async () => undefined,
    writeNow: write,
  }
}

function statementOf(text: string, values: readonly SqlValue[], limitMs: number): PostgresStatement {
  return { text, values: values.map(toText), rowMode: 'array', query_timeout: limitMs }
}

// PostgreSQL's text can't hold U+0000. It becomes what UTF-8 makes of other characters that can't be.
function toText(value: SqlValue): SqlValue {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value
}

/** A name for each statement: the same text has the same name, whichever store of the pool asks. */
function createNames(): (text: string) => string {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined) return known

    const name = `latchkey_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
    names.set(text, name)
    return name
  }
}

async function migrate(pool: PostgresPool, schema: Schema): Promise<void> {
  const client = await pool.connect()
  // A connection that breaks between two statements would end the process; the next statement says so as well.
  client.on('error', () => {})
  const query: Query = (text, values) => client.query(statementOf(text, values, migrationLimitMs))
  try {
    // In a stricter one, it would not see what another process made while it waited for the lock.
    await query('BEGIN ISOLATION LEVEL READ COMMITTED', [])
    await query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [schema.findVersion])
    // Another process may have done it before this one got the lock.
    const version = await findVersion(driverOf(query), schema)
    for (const statement of schema.pendingMigrations(version).flatMap(({ statements }) => statements)) {
      await query(statement, [])
    }
    await query('COMMIT', [])
  } finally {
    // Its end rolls back what isn't committed.
    client.release(true)
  }
}
