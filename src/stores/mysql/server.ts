import { UnavailableError } from '../../errors.ts'
import { type TimeLimit, within } from '../../time-limit.ts'
import { mysqlDialect } from '../sql/dialect.ts'
import type { Schema } from '../sql/migrations.ts'
import { checkMysqlConnection } from './connection-check.ts'
import { isAlreadyMade, isDuplicate, isRolledBack, toOpenError, toStoreError } from './errors.ts'
import { type DatabaseServer, findVersion, retryRolledBack } from '../sql/network-store.ts'
import { connectLimitMs, migrationLimitMs, statementLimitMs } from '../drivers/time-limits.ts'
import type { Row, SqlValue } from '../sql/driver.ts'

/** What latchkey asks of a statement. */
export interface MysqlStatement {
  readonly sql: string
  readonly values: SqlValue[]
  readonly rowsAsArray: true
  readonly typeCast: (field: unknown, next: () => unknown) => unknown
}

/** One connection of a pool. */
export interface MysqlConnection {
  execute(statement: MysqlStatement): Promise<readonly [result: unknown, fields: unknown]>
  release(): void
  destroy(): void
}

/** What latchkey uses of a pool of `mysql2/promise`. */
export interface MysqlPool {
  getConnection(): Promise<MysqlConnection>
}

/** Runs a statement; gives rows, or what mysql2 says of a write. */
type Execute = (sql: string, values: readonly SqlValue[]) => Promise<unknown>

/** How long to wait for another process that changes the tables, in seconds. */
const migrationLockSeconds = 10

function answerLimit(ms: number): TimeLimit {
  return { ms, error: () => new UnavailableError({ cause: new Error(`MySQL did not answer within ${ms} ms.`) }) }
}

export function mysqlServer(pool: MysqlPool): DatabaseServer {
  const execute: Execute = async (sql, values) => {
    try {
      return await retryRolledBack(() => executeOnce(pool, sql, values), isRolledBack)
    } catch (error) {
      throw toStoreError(error)
    }
  }
  const driver = driverOf(execute)
  return {
    dialect: mysqlDialect,
    driver,
    toOpenError,
    checkConnection: () => checkMysqlConnection(driver),
    migrate: (schema) => migrate(pool, schema),
  }
}

function driverOf(execute: Execute): DatabaseServer['driver'] {
  async function all(sql: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
    // A SELECT gives rows, and with `rowsAsArray` each is an array.
    const rows = (await execute(sql, values)) as readonly (readonly unknown[])[]
    return rows.map((row) => row.map(toValue))
  }

  async function write(sql: string, values: readonly SqlValue[]): Promise<number> {
    try {
      return countRows(await execute(sql, values))
    } catch (error) {
      if (isDuplicate(error)) return 0
      throw error
    }
  }

  return {
    first: async (sql, values) => (await all(sql, values))[0] ?? null,
    all,
    write,
    // Others lock single rows, and for the length of one statement.
    writeUnsynced: write,
    // Nobody sees what isn't committed.
    settled: async () => undefined,
    writeNow: write,
  }
}

/** Text of binary columns comes as bytes. */
function toValue(cell: unknown): SqlValue {
  // Of other types, the statements select numbers and text alone.
  return Buffer.isBuffer(cell) ? cell.toString() : (cell as SqlValue)
}

/** How many rows were found to be written, those included that were as they should be already. */
function countRows(result: unknown): number {
  // A write gives this.
  const { affectedRows, info = '' } = result as { affectedRows: number; info?: string }
  // Without the flag FOUND_ROWS, which a pool may be made without, `affectedRows` leaves those out.
  const matched = /^Rows matched: (\d+)/.exec(info)?.[1]
  return matched === undefined ? affectedRows : Number(matched)
}

async function executeOnce(pool: MysqlPool, sql: string, values: readonly SqlValue[]): Promise<unknown> {
  const connection = await connect(pool)
  try {
    return await executeOn(connection, statementLimitMs)(sql, values)
  } finally {
    connection.release()
  }
}

async function connect(pool: MysqlPool): Promise<MysqlConnection> {
  const connecting = pool.getConnection()
  // It may come yet, and is the pool's.
  const giveUp = (): void => void connecting.then((connection) => connection.release()).catch(() => undefined)
  return within({ ...answerLimit(connectLimitMs), giveUp }, connecting)
}

function executeOn(connection: MysqlConnection, limitMs: number): Execute {
  return async (sql, values) => {
    // The pool may have a cast of its own.
    const statement: MysqlStatement = {
      sql,
      values: [...values],
      rowsAsArray: true,
      typeCast: (_field, next) => next(),
    }
    // mysql2's own timeout would leave a connection that never answers in the pool.
    const limit: TimeLimit = { ...answerLimit(limitMs), giveUp: () => connection.destroy() }
    const [result] = await within(limit, connection.execute(statement))
    return result
  }
}

async function migrate(pool: MysqlPool, schema: Schema): Promise<void> {
  const connection = await connect(pool)
  const execute = executeOn(connection, migrationLimitMs)
  const driver = driverOf(execute)
  try {
    const lock = 'SELECT GET_LOCK(SHA1(CONCAT(DATABASE(), ?)), ?)'
    const [locked] = (await driver.first(lock, [schema.findVersion, migrationLockSeconds])) ?? []
    if (locked === 0) throw new UnavailableError({ cause: new Error('Another process is changing the tables.') })

    // Another process may have done it before this one got the lock.
    const pending = schema.pendingMigrations(await findVersion(driver, schema))
    for (const statement of pending.flatMap(({ statements }) => statements)) await makeOnce(execute, statement)
  } finally {
    // The lock is the connection's.
    connection.destroy()
  }
}

/** There is no rolling back here: when a process is killed, the next one goes on behind it. */
async function makeOnce(execute: Execute, statement: string): Promise<void> {
  try {
    await execute(statement, [])
  } catch (error) {
    if (!isAlreadyMade(error)) throw error
  }
}
