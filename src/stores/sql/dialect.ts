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
  /** A flag that isn't set. */
  readonly no: string
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
  /** Deletes some rows, in an order where `which` names one, up to a limit, which is the last value. */
  deleteSome(parts: { table: string; key: string; which: string }): string
  /** How many rows a statement deletes without holding others up. */
  readonly deletionBatch: number
  /** Behind `CREATE INDEX`: makes none where there is one of this name. */
  readonly indexIfNone: string
  /** Finds a row when there is such a table; the name is as statements write it. */
  findTable(name: string): string
  /** A plain name as it is, even where it is a word of SQL. */
  quote(name: string): string
  /** How many characters of a name count. */
  readonly longestName: number
}

export const sqliteDialect: Dialect = {
  types: { key: 'TEXT', text: 'TEXT', flag: 'INTEGER', count: 'INTEGER', instant: 'INTEGER' },
  no: '0',
  tableOptions: ' STRICT, WITHOUT ROWID',
  placeholder: () => '?',
  toInstant: (value) => value,
  toMilliseconds: (column) => column,
  now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  unlessTaken: ' ON CONFLICT DO NOTHING',
  untilInserted: '',
  deleteSome: ({ table, key, which }) => `
    DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${which} LIMIT ?)`,
  // Within a few milliseconds, during which nothing else in the process runs.
  deletionBatch: 100,
  indexIfNone: 'IF NOT EXISTS ',
  findTable: (name) => `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '${name.replaceAll('"', '')}'`,
  quote: (name) => `"${name}"`,
  // It has no limit; so that the same names do elsewhere.
  longestName: 63,
}

export const postgresDialect: Dialect = {
  types: { key: 'text COLLATE "C"', text: 'text', flag: 'boolean', count: 'integer', instant: 'timestamptz' },
  no: 'false',
  tableOptions: '',
  placeholder: (position) => `$${position}`,
  toInstant: (value) => `to_timestamp(${value} / 1000.0)`,
  toMilliseconds: (column) => `round(date_part('epoch', ${column}) * 1000)`,
  now: 'now()',
  unlessTaken: ' ON CONFLICT DO NOTHING',
  untilInserted: ' FOR KEY SHARE',
  // Rows that another process is deleting are left to it.
  deleteSome: ({ table, key, which }) => `
    DELETE FROM ${table} WHERE ${key} IN (
      SELECT ${key} FROM ${table} WHERE ${which} LIMIT ? FOR UPDATE SKIP LOCKED
    )`,
  // Few statements: each of them looks at what those before it have left to be vacuumed.
  deletionBatch: 1000,
  indexIfNone: 'IF NOT EXISTS ',
  // Not by to_regclass(), which may miss what another process made while this one waited for the lock.
  findTable: (name) => `
    SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = ANY (parse_ident('${name}')) AND n.nspname = ANY (current_schemas(false))`,
  quote: (name) => `"${name}"`,
  longestName: 63,
}

const unixEpoch = "TIMESTAMP'1970-01-01 00:00:00'"

export const mysqlDialect: Dialect = {
  // The collations that MySQL and MariaDB both have ignore spaces at the end, the binary ones included.
  types: {
    key: 'VARBINARY(512)',
    text: 'TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
    flag: 'BOOLEAN',
    count: 'INTEGER',
    // In UTC, as the functions below write it. A TIMESTAMP ends in 2038.
    instant: 'DATETIME(3)',
  },
  no: '0',
  tableOptions: ' ENGINE = InnoDB',
  placeholder: () => '?',
  toInstant: (value) => `TIMESTAMPADD(MICROSECOND, ${value} * 1000, ${unixEpoch})`,
  toMilliseconds: (column) => `TIMESTAMPDIFF(MICROSECOND, ${unixEpoch}, ${column}) / 1e3`,
  now: 'UTC_TIMESTAMP(3)',
  // Its IGNORE would hide other errors, too; the driver knows this one.
  unlessTaken: '',
  // An INSERT from a SELECT locks what it reads.
  untilInserted: '',
  deleteSome: ({ table, which }) => `DELETE FROM ${table} WHERE ${which} LIMIT ?`,
  deletionBatch: 1000,
  // MySQL has no such words; the driver knows this error.
  indexIfNone: '',
  findTable: (name) =>
    `SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '${name.replaceAll('`', '')}'`,
  quote: (name) => `\`${name}\``,
  longestName: 64,
}
