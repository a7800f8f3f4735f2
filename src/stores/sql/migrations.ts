import { ConfigError } from '../../errors.ts'
import type { Dialect } from './dialect.ts'
import { addColumns, createIndex, createTable } from './create-table.ts'
import type { OfUser } from './of-user.ts'
import { selectList } from './statements.ts'
import type { Table, Tables } from './tables.ts'

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

export function createSchema(dialect: Dialect, tables: Tables): Schema {
  const migrations = listMigrations(dialect, tables)
  return {
    findMigrations: dialect.findTable(tables.migrations.name),
    findVersion: `SELECT max(${tables.migrations.columns.version}) FROM ${tables.migrations.name}`,
    checkTables: checkTables(dialect, tables),
    deleteNobody: `DELETE FROM ${tables.users.name} WHERE 1 = 0`,

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
export function schemaText(dialect: Dialect, tables: Tables): string {
  return listMigrations(dialect, tables)
    .map(({ version, statements }) => [`-- Version ${version}`, ...statements.map((statement) => `${statement};`)])
    .map((parts) => `${parts.join('\n\n')}\n`)
    .join('\n')
}

function checkTables(dialect: Dialect, { users, sessions, devices, leases }: Tables): string {
  const columns = [
    selectList(dialect, users, 'u'),
    selectList(dialect, sessions, 's'),
    selectList(dialect, devices, 'd'),
    selectList(dialect, leases, 'l', ['holder']),
  ]
  const tables = `${users.name} u, ${sessions.name} s, ${devices.name} d, ${leases.name} l`
  return `SELECT ${columns.join(', ')} FROM ${tables} WHERE 1 = 0`
}

/** What each version brings, beside columns that are named with it: `since`. */
const steps: readonly ((dialect: Dialect, tables: Tables) => readonly string[])[] = [
  usersAndSessions,
  knownDevices,
  cleaningLease,
  sessionsByAge,
]

/** All of them, oldest first; the last one's version is the schema's. */
function listMigrations(dialect: Dialect, tables: Tables): readonly Migration[] {
  const { name, columns } = tables.migrations
  return steps.map((step, index) => {
    const version = index + 1
    const added = Object.values<Table>({ ...tables }).flatMap((table) => addColumns(dialect, table, version))
    const record = `INSERT INTO ${name} (${columns.version}, ${columns.appliedAt}) VALUES (${version}, ${dialect.now})`
    return { version, statements: [...step(dialect, tables), ...added, record] }
  })
}

function usersAndSessions(dialect: Dialect, tables: Tables): readonly string[] {
  const { users, sessions, migrations } = tables
  return [
    createTable(dialect, migrations, { first: ['version'] }),
    createTable(dialect, users, {
      first: ['id', 'username', 'usernameKey', 'email', 'emailKey'],
      unique: ['usernameKey', 'emailKey'],
    }),
    createTable(dialect, sessions, { first: ['tokenHash'], constraints: ofUser(tables, sessions) }),
    createIndex(dialect, sessions, sessions.expiryIndex, ['expiresAt']),
  ]
}

function knownDevices(dialect: Dialect, tables: Tables): readonly string[] {
  const { devices } = tables
  return [
    createTable(dialect, devices, { first: ['tokenHash'], constraints: ofUser(tables, devices) }),
    createIndex(dialect, devices, devices.expiryIndex, ['expiresAt']),
  ]
}

function cleaningLease(dialect: Dialect, { leases }: Tables): readonly string[] {
  const { name, columns } = leases
  return [
    createTable(dialect, leases, { first: ['name'] }),
    `INSERT INTO ${name} (${columns.name}, ${columns.holder}, ${columns.expiresAt}) VALUES ('cleaning', '', ${dialect.now})`,
  ]
}

/** For pages of a user's sessions, newest first. */
function sessionsByAge(dialect: Dialect, { sessions }: Tables): readonly string[] {
  return [createIndex(dialect, sessions, sessions.ageIndex, ['userId', 'generation', 'createdAt', 'id'])]
}

/** A user's own rows, which go with the user. */
function ofUser({ users }: Tables, { columns }: Pick<Table<keyof OfUser>, 'columns'>): readonly string[] {
  const { id, userId } = columns
  return [
    `UNIQUE (${userId}, ${id})`,
    `FOREIGN KEY (${userId}) REFERENCES ${users.name} (${users.columns.id}) ON DELETE CASCADE`,
  ]
}
