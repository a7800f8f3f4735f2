import { ConfigError } from '../errors.ts'
import { type Dialect, mysqlDialect, postgresDialect, sqliteDialect } from '../stores/sql/dialect.ts'
import { schemaText } from '../stores/sql/migrations.ts'
import type { NameOptions } from '../stores/sql/names.ts'
import { createTables } from '../stores/sql/tables.ts'
import { type DatabaseKind, databaseKind } from '../stores/store-from-url.ts'

const dialects: Readonly<Record<DatabaseKind, Dialect | null>> = {
  memory: null,
  sqlite: sqliteDialect,
  postgres: postgresDialect,
  mysql: mysqlDialect,
}

/**
 * The statements that make latchkey's tables in a database of this URL's kind. Connects to nothing.
 *
 * @throws {ConfigError} When the URL is of no known kind, or of one that has no tables.
 */
export function printSchema(databaseUrl: string, names: NameOptions = {}): string {
  const dialect = dialects[databaseKind(databaseUrl)]
  if (dialect === null) throw new ConfigError('A store in memory has no tables.')
  return schemaText(dialect, createTables(dialect, names))
}
