import type { Device } from '../../device/device-store.ts'
import type { Session } from '../../session/session-store.ts'
import type { User } from '../../user/user-store.ts'
import { type Column, type Columns, describeColumns } from '../columns/column.ts'
import { readDevice } from '../columns/device.ts'
import { readSession } from '../columns/session.ts'
import { type UserKeys, readUser, readUserKeys } from '../columns/user.ts'
import type { Dialect } from './dialect.ts'
import { type NameOptions, type TableKey, columnNames, tableNamer } from './names.ts'

/** A table, as statements write it. */
export interface Table<Property extends string = string> {
  readonly name: string
  readonly expiryIndex: string
  readonly ageIndex: string
  /** Whether it may be there before latchkey makes it. */
  readonly mayExist: boolean
  /** What its columns are called, by property. */
  readonly columns: Readonly<Record<Property, string>>
  /** What they are, in their order. */
  readonly kinds: ReadonlyMap<Property, Column>
}

export interface Tables {
  readonly users: Table<keyof (User & UserKeys)>
  readonly sessions: Table<keyof Session>
  readonly devices: Table<keyof Device>
  readonly migrations: Table<keyof Migration>
  readonly leases: Table<keyof Lease>
}

/** A version that the tables were brought to. */
interface Migration {
  readonly version: number
  readonly appliedAt: Date
}

/** A right that one process has at a time. */
interface Lease {
  readonly name: string
  readonly holder: string
  readonly expiresAt: Date
}

function readMigration(column: Columns): Migration {
  return { version: column.count(), appliedAt: column.instant() }
}

function readLease(column: Columns): Lease {
  return { name: column.key(), holder: column.key(), expiresAt: column.instant() }
}

/**
 * All tables, as they are called here.
 *
 * @throws {ConfigError} When a name is more than a plain one, or too long, or two of them are the same.
 */
export function createTables(dialect: Dialect, options: NameOptions = {}): Tables {
  const nameOf = tableNamer(dialect, options)
  const { users, sessions, devices } = options.columns ?? {}

  function table<Property extends string>(
    key: TableKey,
    read: (column: Columns) => Readonly<Record<Property, unknown>>,
    names: Partial<Record<Property, string>> = {},
  ): Table<Property> {
    const kinds = describeColumns(read)
    return {
      name: nameOf(key),
      expiryIndex: nameOf(key, '_expiry'),
      ageIndex: nameOf(key, '_age'),
      // Were the migrations' there, it would say of which version the others are.
      mayExist: key !== 'migrations' && options.tables?.[key] !== undefined,
      columns: columnNames(dialect, `columns.${key}`, kinds.keys(), names),
      kinds,
    }
  }

  return {
    users: table('users', (column) => ({ ...readUser(column), ...readUserKeys(column) }), users),
    sessions: table('sessions', readSession, sessions),
    devices: table('devices', readDevice, devices),
    migrations: table('migrations', readMigration),
    leases: table('leases', readLease),
  }
}
