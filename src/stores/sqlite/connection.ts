import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { ConfigError } from '../../errors.ts'
import { fs } from '../../files.ts'
import type { Schema } from '../sql/migrations.ts'
import { codeOf } from '../drivers/network-errors.ts'
import type { Row, SqlValue } from '../sql/driver.ts'
import { type SqliteLog, openLog } from './log.ts'

/** An open SQLite database. Every method throws what `node:sqlite` throws, and at once when another has the lock. */
export interface SqliteConnection {
  first(statement: string, values: readonly SqlValue[]): Row | null
  all(statement: string, values: readonly SqlValue[]): readonly Row[]
  /** How many rows were written. They are on the disk after the next `sync`. */
  write(statement: string, values: readonly SqlValue[]): number
  /** Waits until all that was written is on the disk, without holding up anything else. */
  sync(): Promise<void>
  /** Waits for what is getting to the disk now. */
  pending(): Promise<void>
  close(): Promise<void>
}

// The cache is in KiB: some 20,000 sessions and their users.
const settings = ['PRAGMA journal_mode = WAL', 'PRAGMA foreign_keys = ON', 'PRAGMA cache_size = -16384']

/**
 * Opens a database and brings its tables up to date.
 *
 * @throws {ConfigError} When this Node has no SQLite, or a newer latchkey made the database.
 */
export function connectSqlite(file: string, schema: Schema): SqliteConnection {
  // SQLite opens a file that it may only read, and fails at the first login.
  if (file !== ':memory:' && fs.existsSync(file)) fs.accessSync(file, fs.constants.R_OK | fs.constants.W_OK)
  const database = openSqlite(file, settings)
  try {
    checkSettings(database, file)
    if (schema.pendingMigrations(findVersion(database, schema)).length > 0) migrate(database, schema)
    database.prepare(schema.checkTables).get()
    database.prepare(schema.deleteNobody)
    // Last: what is opened beside the database must be closed as well, should anything fail behind it.
    return createConnection(database, openLog(database, file))
  } catch (error) {
    database.close()
    throw error
  }
}

/** An app's own file may have been made otherwise, and a runtime's own SQLite been built so. */
function checkSettings(database: DatabaseSync, file: string): void {
  if (database.prepare('PRAGMA encoding').get()?.['encoding'] !== 'UTF-8') {
    throw new ConfigError(
      `${file} is encoded in UTF-16. Name another file, or copy it into one that is encoded in UTF-8.`,
    )
  }
  if (database.prepare('PRAGMA foreign_keys').get()?.['foreign_keys'] !== 1) {
    throw new ConfigError('The SQLite of this runtime knows no foreign keys. Use Node.js, or another store.')
  }
}

/** Opens a file that its owner alone may read, and runs `setup` on it. */
export function openSqlite(file: string, setup: readonly string[]): DatabaseSync {
  const sqlite = findSqlite()
  if (file !== ':memory:') createPrivate(file)
  // SQLite's own waiting would stop the event loop.
  const database = new sqlite.DatabaseSync(file, { timeout: 0 })
  try {
    execute(database, setup)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Nobody else may read it at any time; SQLite would make it as the umask says. What it makes beside it is of the same mode. */
function createPrivate(file: string): void {
  // Not one that is there: to close it would end the locks that this process has on it.
  if (fs.existsSync(file)) return
  try {
    fs.closeSync(fs.openSync(file, 'a', 0o600))
  } catch (error) {
    // SQLite will fail as well, and its error is known.
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error
  }
}

// Loaded here and not imported, so that importing latchkey loads no driver.
function findSqlite(): typeof import('node:sqlite') {
  const sqlite: typeof import('node:sqlite') | undefined = process.getBuiltinModule?.('node:sqlite')
  if (sqlite === undefined) {
    throw new ConfigError('This runtime has no node:sqlite. Use Node.js 22.16 or newer, or another store.')
  }
  return sqlite
}

function createConnection(database: DatabaseSync, log: SqliteLog): SqliteConnection {
  const prepared = new Map<string, StatementSync>()

  function prepare(statement: string): StatementSync {
    const known = prepared.get(statement)
    if (known !== undefined) return known

    const created = database.prepare(statement)
    created.setReturnArrays(true)
    prepared.set(statement, created)
    return created
  }

  return {
    first(statement, values) {
      // Its type doesn't know of `setReturnArrays`.
      const row = prepare(statement).get(...values) as Row | undefined
      return row ?? null
    },
    all(statement, values) {
      // Its type doesn't know of `setReturnArrays`.
      return prepare(statement).all(...values) as unknown as readonly Row[]
    },
    write(statement, values) {
      const rows = Number(prepare(statement).run(...values).changes)
      log.wrote(rows)
      return rows
    },
    sync: log.sync,
    pending: log.pending,
    async close() {
      await log.close()
      database.close()
    },
  }
}

function findVersion(database: DatabaseSync, schema: Schema): number {
  if (database.prepare(schema.findMigrations).get() === undefined) return 0
  const [version] = Object.values(database.prepare(schema.findVersion).get() ?? {})
  return Number(version ?? 0)
}

function migrate(database: DatabaseSync, schema: Schema): void {
  execute(database, ['BEGIN IMMEDIATE'])
  // Another process may have done it before this one got the lock. An error ends in closing, which rolls back.
  const pending = schema.pendingMigrations(findVersion(database, schema))
  execute(
    database,
    pending.flatMap(({ statements }) => statements),
  )
  execute(database, ['COMMIT'])
}

/** Not by `database.exec()`: under Deno, its errors don't say what is wrong. */
function execute(database: DatabaseSync, statements: readonly string[]): void {
  for (const statement of statements) database.prepare(statement).run()
}
