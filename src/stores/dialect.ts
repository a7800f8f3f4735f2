import { ConfigError } from '../errors.ts'

/** What differs between SQL databases. Everything else of a statement is the same for all. */
export interface Dialect {
  readonly types: {
    /** Text that is compared and ordered by its bytes, without padding: keys, hashes, ids. */
    readonly key: string
    /** Text that is kept as it is and compared with nothing. */
    readonly text: string
    readonly flag: string
    readonly count: string
    readonly instant: string
  }
  /** What stands behind the columns of a new table. */
  readonly tableOptions: string
  /** The value at a position of a statement, counted from 1. */
  placeholder(position: number): string
  /** Milliseconds since 1970 as an instant. */
  toInstant(value: string): string
  /** An instant as milliseconds since 1970. */
  toMilliseconds(column: string): string
  /** This instant, by the database's clock. */
  readonly now: string
  /** Behind an `INSERT`: adds nothing where a key is taken. */
  readonly unlessTaken: string
  /** Behind a `SELECT` of a row that a new one refers to: it isn't deleted in between. */
  readonly untilInserted: string
  /** Deletes the first rows of an order, up to a limit, which is the last value. */
  deleteFirst(parts: { table: string; key: string; where: string; order: string }): string
  /** Finds a row when there is such a table. */
  findTable(name: string): string
}

export const sqliteDialect: Dialect = {
  types: { key: 'TEXT', text: 'TEXT', flag: 'INTEGER', count: 'INTEGER', instant: 'INTEGER' },
  tableOptions: ' STRICT, WITHOUT ROWID',
  placeholder: () => '?',
  toInstant: (value) => value,
  toMilliseconds: (column) => column,
  now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  unlessTaken: ' ON CONFLICT DO NOTHING',
  untilInserted: '',
  deleteFirst: ({ table, key, where, order }) => `
    DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT ?)`,
  findTable: (name) => `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '${name}'`,
}

/** The names of latchkey's tables. */
export interface Tables {
  readonly user: string
  readonly session: string
  readonly device: string
  readonly migration: string
}

export const defaultTablePrefix = 'latchkey_'

/**
 * @throws {ConfigError} When the prefix is more than a plain name: it becomes part of every statement.
 */
export function tablesWithPrefix(prefix: string): Tables {
  // PostgreSQL cuts names behind 63 characters, and the longest that a prefix becomes has 14 more.
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,39}$/.test(prefix)) {
    throw new ConfigError('tablePrefix must be a letter or _, then letters, digits or _, at most 40 characters in all.')
  }
  return {
    user: `${prefix}user`,
    session: `${prefix}session`,
    device: `${prefix}device`,
    migration: `${prefix}migration`,
  }
}
