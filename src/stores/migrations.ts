import { ConfigError } from '../errors.ts'
import type { Dialect, Tables } from './dialect.ts'

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
    findMigrations: dialect.findTable(tables.migration),
    findVersion: `SELECT max(version) FROM ${tables.migration}`,

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

/** All of them, oldest first; the last one's version is the schema's. */
function listMigrations(dialect: Dialect, tables: Tables): readonly Migration[] {
  const steps = [usersAndSessions(dialect, tables), devices(dialect, tables)]
  return steps.map((statements, index) => {
    const version = index + 1
    const record = `INSERT INTO ${tables.migration} (version, applied_at) VALUES (${version}, ${dialect.now})`
    return { version, statements: [...statements, record] }
  })
}

function usersAndSessions(dialect: Dialect, { user, session, migration }: Tables): readonly string[] {
  const { key, text, flag, count, instant } = dialect.types
  return [
    createTable(dialect, migration, [`version ${count} NOT NULL PRIMARY KEY`, `applied_at ${instant} NOT NULL`]),

    createTable(dialect, user, [
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

    createTable(dialect, session, [
      `token_hash ${key} NOT NULL PRIMARY KEY`,
      `id ${key} NOT NULL`,
      `user_id ${key} NOT NULL`,
      `generation ${count} NOT NULL`,
      `created_at ${instant} NOT NULL`,
      `expires_at ${instant} NOT NULL`,
      `max_expires_at ${instant} NOT NULL`,
      'UNIQUE (user_id, id)',
      `FOREIGN KEY (user_id) REFERENCES ${user} (id) ON DELETE CASCADE`,
    ]),

    `CREATE INDEX ${session}_expiry ON ${session} (expires_at)`,
  ]
}

function devices(dialect: Dialect, { user, device }: Tables): readonly string[] {
  const { key, count, instant } = dialect.types
  return [
    createTable(dialect, device, [
      `token_hash ${key} NOT NULL PRIMARY KEY`,
      `id ${key} NOT NULL`,
      `user_id ${key} NOT NULL`,
      `generation ${count} NOT NULL`,
      `created_at ${instant} NOT NULL`,
      `expires_at ${instant} NOT NULL`,
      'UNIQUE (user_id, id)',
      `FOREIGN KEY (user_id) REFERENCES ${user} (id) ON DELETE CASCADE`,
    ]),

    `CREATE INDEX ${device}_expiry ON ${device} (expires_at)`,
  ]
}

function createTable(dialect: Dialect, name: string, lines: readonly string[]): string {
  return `CREATE TABLE ${name} (\n  ${lines.join(',\n  ')}\n)${dialect.tableOptions}`
}
