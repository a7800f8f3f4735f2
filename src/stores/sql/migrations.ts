import { ConfigError } from '../../errors.ts'
import type { Dialect } from './dialect.ts'
import { type Names, type TableNames, putColumns } from './names.ts'
import { deviceColumns, recordColumns, sessionColumns, userColumns } from './rows.ts'

/** One step from an older schema to a newer one. A released migration is never edited. */
interface Migration {
  readonly version: number
  /** The last one records the version. */
  readonly statements: readonly string[]
}

/** How a database's tables come to be, and are brought up to date. */
export interface Schema {
  /** Finds a row when the database has had a migration. */
  readonly findMigrations: string
  /** Finds the highest version that was applied. */
  readonly findVersion: string
  /** Finds nothing; fails where a table, or a column of it, isn't there. */
  readonly checkTables: string
  /** Deletes nobody. SQLite can't prepare it where users' ids may be there twice, so that no session refers to just one. */
  readonly deleteNobody: string
  /**
   * The migrations that a database of this version still needs.
   *
   * @param version - 0 for a database without latchkey's tables.
   * @throws {ConfigError} When a newer latchkey made the database.
   */
  pendingMigrations(version: number): readonly Migration[]
}

export function createSchema(dialect: Dialect, names: Names): Schema {
  const migrations = listMigrations(dialect, names)
  return {
    findMigrations: dialect.findTable(names.migrations.table),
    findVersion: `SELECT max(version) FROM ${names.migrations.table}`,
    checkTables: checkTables(dialect, names),
    deleteNobody: `DELETE FROM ${names.users.table} WHERE 1 = 0`,

    pendingMigrations(version) {
      const newest = migrations.at(-1)?.version ?? 0
      if (version > newest) {
        throw new ConfigError(
          `The database was made by a newer latchkey (its tables are of version ${version}, this latchkey knows ${newest}). ` +
            'Upgrade latchkey, or use another database.',
        )
      }
      return migrations.filter((migration) => migration.version > version)
    },
  }
}

/** All statements that make the tables in an empty database, as text to be read, kept or run elsewhere. */
export function schemaText(dialect: Dialect, names: Names): string {
  return listMigrations(dialect, names)
    .map(({ version, statements }) => [`-- Version ${version}`, ...statements.map((statement) => `${statement};`)])
    .map((parts) => `${parts.join('\n\n')}\n`)
    .join('\n')
}

function checkTables(dialect: Dialect, names: Names): string {
  const { users, sessions, devices, leases } = names
  const columns = [
    putColumns(names, users, `${recordColumns}, ${userColumns(dialect)}`),
    putColumns(names, sessions, sessionColumns(dialect)),
    putColumns(names, devices, deviceColumns(dialect)),
  ]
  const tables = `${users.table} u, ${sessions.table} s, ${devices.table} d, ${leases.table} l`
  return `SELECT ${columns.join(', ')}, l.holder FROM ${tables} WHERE 1 = 0`
}

/** All of them, oldest first; the last one's version is the schema's. */
function listMigrations(dialect: Dialect, names: Names): readonly Migration[] {
  const steps = [
    usersAndSessions(dialect, names),
    knownDevices(dialect, names),
    cleaningLease(dialect, names),
    sessionsByAge(dialect, names),
  ]
  return steps.map((statements, index) => {
    const version = index + 1
    const record = `INSERT INTO ${names.migrations.table} (version, applied_at) VALUES (${version}, ${dialect.now})`
    return { version, statements: [...statements, record] }
  })
}

function usersAndSessions(dialect: Dialect, names: Names): readonly string[] {
  const { users, sessions, migrations } = names
  const { key, text, flag, count, instant } = dialect.types
  return [
    createTable(dialect, migrations.table, [`version ${count} NOT NULL PRIMARY KEY`, `applied_at ${instant} NOT NULL`]),

    createNamedTable(dialect, names, users, [
      `id ${key} NOT NULL PRIMARY KEY`,
      `username ${text} NOT NULL`,
      `username_key ${key} NOT NULL UNIQUE`,
      `email ${text}`,
      `email_key ${key} UNIQUE`,
      `first_name ${text}`,
      `last_name ${text}`,
      `active ${flag} NOT NULL`,
      `admin ${flag} NOT NULL`,
      `superuser ${flag} NOT NULL`,
      `last_login ${instant}`,
      `created_at ${instant} NOT NULL`,
      `session_generation ${count} NOT NULL`,
      `password_hash ${key} NOT NULL`,
    ]),

    createNamedTable(dialect, names, sessions, [
      `token_hash ${key} NOT NULL PRIMARY KEY`,
      `id ${key} NOT NULL`,
      `user_id ${key} NOT NULL`,
      `generation ${count} NOT NULL`,
      `created_at ${instant} NOT NULL`,
      `expires_at ${instant} NOT NULL`,
      `max_expires_at ${instant} NOT NULL`,
      'UNIQUE (user_id, id)',
      `FOREIGN KEY (user_id) REFERENCES ${users.table} (u.id) ON DELETE CASCADE`,
    ]),

    createExpiryIndex(dialect, names, sessions),
  ]
}

function knownDevices(dialect: Dialect, names: Names): readonly string[] {
  const { key, count, instant } = dialect.types
  return [
    createNamedTable(dialect, names, names.devices, [
      `token_hash ${key} NOT NULL PRIMARY KEY`,
      `id ${key} NOT NULL`,
      `user_id ${key} NOT NULL`,
      `generation ${count} NOT NULL`,
      `created_at ${instant} NOT NULL`,
      `expires_at ${instant} NOT NULL`,
      'UNIQUE (user_id, id)',
      `FOREIGN KEY (user_id) REFERENCES ${names.users.table} (u.id) ON DELETE CASCADE`,
    ]),

    createExpiryIndex(dialect, names, names.devices),
  ]
}

function cleaningLease(dialect: Dialect, { leases }: Names): readonly string[] {
  const { key, instant } = dialect.types
  const { table, mayExist } = leases
  return [
    createTable(dialect, `${mayExist ? 'IF NOT EXISTS ' : ''}${table}`, [
      `name ${key} NOT NULL PRIMARY KEY`,
      `holder ${key} NOT NULL`,
      `expires_at ${instant} NOT NULL`,
    ]),

    `INSERT INTO ${table} (name, holder, expires_at) VALUES ('cleaning', '', ${dialect.now})`,
  ]
}

/** For pages of a user's sessions, newest first. */
function sessionsByAge(dialect: Dialect, names: Names): readonly string[] {
  const { table, ageIndex, mayExist } = names.sessions
  const create = `CREATE INDEX ${mayExist ? dialect.indexIfNone : ''}${ageIndex}`
  return [`${create} ON ${table} ${putColumns(names, names.sessions, '(user_id, generation, created_at, id)')}`]
}

/** With columns that may have other names; those behind `u.` are of users. */
function createNamedTable(dialect: Dialect, names: Names, table: TableNames, lines: readonly string[]): string {
  const named = lines.map((line) => putColumns(names, table, line).replace('(u.', '('))
  return createTable(dialect, `${table.mayExist ? 'IF NOT EXISTS ' : ''}${table.table}`, named)
}

function createTable(dialect: Dialect, name: string, lines: readonly string[]): string {
  return `CREATE TABLE ${name} (\n  ${lines.join(',\n  ')}\n)${dialect.tableOptions}`
}

function createExpiryIndex({ indexIfNone }: Dialect, names: Names, table: TableNames): string {
  const create = `CREATE INDEX ${table.mayExist ? indexIfNone : ''}${table.expiryIndex}`
  return `${create} ON ${table.table} ${putColumns(names, table, '(expires_at)')}`
}
