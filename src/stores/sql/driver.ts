/** A value in a statement. Instants are milliseconds since 1970; booleans are 0 and 1. */
export type SqlValue = string | number | null

/** The values of one row, in the order of the columns asked for. Some databases have booleans of their own. */
export type Row = readonly (SqlValue | boolean)[]

/**
 * How a SQL database is spoken to. Statements are few and constant, so that a driver can prepare each of
 * them once. Every method throws `UnavailableError` when the database fails.
 */
export interface SqlDriver {
  /** The first row found; `null` when there is none. */
  first(statement: string, values: readonly SqlValue[]): Promise<Row | null>
  /** All rows found. */
  all(statement: string, values: readonly SqlValue[]): Promise<readonly Row[]>
  /** How many rows were written, after waiting for locks if need be. */
  write(statement: string, values: readonly SqlValue[]): Promise<number>
  /** The same, for what a loss of power may undo: the database needn't wait for its disk. */
  writeUnsynced(statement: string, values: readonly SqlValue[]): Promise<number>
  /** Waits until what is being written is on the disk, where others see it before that. */
  settled(): Promise<void>
  /** How many rows were written. Throws `UnavailableError` rather than waiting for a lock of the whole database, or for its disk. */
  writeNow(statement: string, values: readonly SqlValue[]): Promise<number>
}
