import { ConfigError } from '../errors.ts'

/** One step from an older schema to a newer one. A released migration is never edited. */
export interface Migration {
  readonly version: number
  readonly statements: readonly string[]
}

/** All of them, oldest first; the last one's version is the schema's. */
const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `CREATE TABLE latchkey_migration (
        version INTEGER NOT NULL PRIMARY KEY,
        applied_at INTEGER NOT NULL
      ) STRICT`,

      `CREATE TABLE latchkey_user (
        id TEXT NOT NULL PRIMARY KEY,
        username TEXT NOT NULL,
        username_key TEXT NOT NULL UNIQUE,
        email TEXT,
        email_key TEXT UNIQUE,
        first_name TEXT,
        last_name TEXT,
        active INTEGER NOT NULL,
        admin INTEGER NOT NULL,
        superuser INTEGER NOT NULL,
        last_login INTEGER,
        created_at INTEGER NOT NULL,
        session_generation INTEGER NOT NULL,
        password_hash TEXT NOT NULL
      ) STRICT, WITHOUT ROWID`,

      `CREATE TABLE latchkey_session (
        token_hash TEXT NOT NULL PRIMARY KEY,
        id TEXT NOT NULL,
        user_id TEXT NOT NULL REFERENCES latchkey_user (id) ON DELETE CASCADE,
        generation INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        max_expires_at INTEGER NOT NULL,
        UNIQUE (user_id, id)
      ) STRICT, WITHOUT ROWID`,

      'CREATE INDEX latchkey_session_expiry ON latchkey_session (expires_at)',
    ],
  },
]

export const selectMigrationTable = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'latchkey_migration'"

export const selectVersion = 'SELECT max(version) FROM latchkey_migration'

export const insertVersion = 'INSERT INTO latchkey_migration (version, applied_at) VALUES (?, ?)'

/**
 * The migrations that a database of this version still needs.
 *
 * @param version - The highest that was applied; 0 for a database without latchkey's tables.
 * @throws {ConfigError} When a newer latchkey made the database.
 */
export function pendingMigrations(version: number): readonly Migration[] {
  const newest = migrations.at(-1)?.version ?? 0
  if (version > newest) {
    throw new ConfigError(
      `The database was made by a newer latchkey (its tables are of version ${version}, this latchkey knows ${newest}). ` +
        'Upgrade latchkey, or use another database.',
    )
  }
  return migrations.filter((migration) => migration.version > version)
}
