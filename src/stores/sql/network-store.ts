import type { Dialect } from './dialect.ts'
import { type Schema, createSchema } from './migrations.ts'
import type { NameOptions } from './names.ts'
import { sqlParts } from './parts.ts'
import type { SqlDriver } from './driver.ts'
import { createTables } from './tables.ts'
import type { Store } from '../store.ts'

/** A database server, as its driver speaks to it. */
export interface DatabaseServer {
  readonly dialect: Dialect
  readonly driver: SqlDriver
  /**
   * Looks whether what the driver sends and gives is what latchkey means. Each connection of a pool is made alike: one is
   * looked at.
   *
   * @throws {ConfigError} When it isn't, with the setting at fault.
   */
  checkConnection(): Promise<void>
  /** Brings the tables up to date, while no other process does. */
  migrate(schema: Schema): Promise<void>
  /** What whoever opens the store sees of an error. */
  toOpenError(error: unknown): unknown
}

/** A store on a server that others use as well. Its connections belong to whoever made the pool of them. */
export function networkStore(server: DatabaseServer, options: NameOptions): Store {
  const { dialect, driver } = server
  const tables = createTables(dialect, options)
  const schema = createSchema(dialect, tables)
  let opening: Promise<void> | null = null

  async function openNow(): Promise<void> {
    try {
      await server.checkConnection()
      const version = await findVersion(driver, schema)
      if (schema.pendingMigrations(version).length > 0) await server.migrate(schema)
      await driver.first(schema.checkTables, [])
    } catch (error) {
      opening = null
      throw server.toOpenError(error)
    }
  }

  return {
    ...sqlParts(driver, dialect, tables),

    async open() {
      opening ??= openNow()
      await opening
    },

    async close() {
      opening = null
    },
  }
}

/** Reads the version of the tables; 0 for a database without them. */
export async function findVersion({ first }: Pick<SqlDriver, 'first'>, schema: Schema): Promise<number> {
  if ((await first(schema.findMigrations, [])) === null) return 0
  return Number((await first(schema.findVersion, []))?.[0] ?? 0)
}

const mostTries = 4

/** Repeats a statement that the server rolled back in favor of another one. */
export async function retryRolledBack<Result>(
  attempt: () => Promise<Result>,
  isRolledBack: (error: unknown) => boolean,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (tries === mostTries || !isRolledBack(error)) throw error
    }
  }
}
