import { resolve } from 'node:path'
import { UnavailableError } from '../../errors.ts'
import { sqliteDialect } from '../sql/dialect.ts'
import { createSchema } from '../sql/migrations.ts'
import type { NameOptions } from '../sql/names.ts'
import { sqlParts } from '../sql/parts.ts'
import type { SqlDriver } from '../sql/driver.ts'
import { createTables } from '../sql/tables.ts'
import { type SqliteConnection, connectSqlite } from './connection.ts'
import { retryWhileBusy, toOpenError, toStoreError } from './errors.ts'
import type { Store } from '../store.ts'

export interface SqliteStoreOptions extends NameOptions {
  /**
   * The database's file, created if need be; `:memory:` for one that is gone when it is closed, for tests
   * (default: `latchkey.db` in the working directory).
   */
  readonly path?: string
}

/**
 * Keeps users and sessions in an SQLite file, by the `node:sqlite` that is built into Node.js 22.16 and newer.
 *
 * What was written is on disk when a method returns, but for `lastLogin` and extended sessions, and several processes
 * may share the file. A write waits up to two seconds for one of another process, without holding up anything else;
 * session checks never wait for it.
 *
 * @example
 * const auth = createAuth({ store: sqliteStore({ path: '/var/lib/app/users.db' }) })
 */
export function sqliteStore(options: SqliteStoreOptions = {}): Store {
  const { path = 'latchkey.db', ...names } = options
  const tables = createTables(sqliteDialect, names)
  const schema = createSchema(sqliteDialect, tables)
  const file = path === ':memory:' ? path : resolve(path)
  let opening: Promise<SqliteConnection> | null = null
  let connection: SqliteConnection | null = null

  function getConnection(): SqliteConnection {
    if (connection === null) throw new UnavailableError({ cause: new Error('The store is not open.') })
    return connection
  }

  async function openNow(): Promise<SqliteConnection> {
    try {
      connection = await retryWhileBusy(() => connectSqlite(file, schema))
      return connection
    } catch (error) {
      opening = null
      throw toOpenError(error, file)
    }
  }

  const driver = sqliteDriver(getConnection)

  return {
    ...sqlParts(driver, sqliteDialect, tables),
    temporary: path === ':memory:',

    async open() {
      opening ??= openNow()
      await opening
    },

    async close() {
      // Whoever opens hears of a failure; to close after one is no mistake.
      await opening?.catch(() => null)
      opening = null
      const open = connection
      connection = null
      await open?.close()
    },
  }
}

function sqliteDriver(getConnection: () => SqliteConnection): SqlDriver {
  function query<Result>(run: (connection: SqliteConnection) => Result): Promise<Result> {
    return retryWhileBusy(() => run(getConnection()), toStoreError)
  }

  return {
    first: (statement, values) => query((connection) => connection.first(statement, values)),
    all: (statement, values) => query((connection) => connection.all(statement, values)),
    writeUnsynced: (statement, values) => query((connection) => connection.write(statement, values)),

    settled: () => getConnection().pending().catch(failOnDisk),

    async write(statement, values) {
      const rows = await query((connection) => connection.write(statement, values))
      await getConnection().sync().catch(failOnDisk)
      return rows
    },

    async writeNow(statement, values) {
      try {
        return getConnection().write(statement, values)
      } catch (error) {
        throw toStoreError(error)
      }
    },
  }
}

function failOnDisk(cause: unknown): never {
  throw new UnavailableError({ cause })
}
