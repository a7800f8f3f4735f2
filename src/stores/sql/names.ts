import { ConfigError } from '../../errors.ts'
import type { Device } from '../../device/device-store.ts'
import type { Session } from '../../session/session-store.ts'
import type { User } from '../../user/user-store.ts'
import type { UserKeys } from '../columns/user.ts'
import type { Dialect } from './dialect.ts'

/** What tables and columns are called. */
export interface NameOptions {
  /** What the names of the tables begin with: letters, digits and `_` (default: `latchkey_`). */
  readonly tablePrefix?: string
  /**
   * Whole names of tables, like `{ users: 'app_user' }`. A table that is named here may be there already, with all the
   * columns that latchkey needs; it is made where there is none.
   */
  readonly tables?: { readonly [Key in TableKey]?: string }
  /** Names of columns, like `{ users: { username: 'login' } }`, each by its property of a user, session or device. */
  readonly columns?: {
    readonly users?: { readonly [Property in keyof (User & UserKeys)]?: string }
    readonly sessions?: { readonly [Property in keyof Session]?: string }
    readonly devices?: { readonly [Property in keyof Device]?: string }
  }
}

export type TableKey = keyof typeof endings

const defaultPrefix = 'latchkey_'
const endings = { users: 'user', sessions: 'session', devices: 'device', migrations: 'migration', leases: 'lease' }

/**
 * What names tables: a table's name, or what is called after it and has such an ending.
 *
 * @throws {ConfigError} When a name is more than a plain one, or too long, or two of them are the same.
 */
export function tableNamer(dialect: Dialect, options: NameOptions): (key: TableKey, ending?: string) => string {
  const { tablePrefix = defaultPrefix, tables = {}, columns = {} } = options
  checkPrefix(tablePrefix)
  checkKeys('tables', tables, endings)
  checkKeys('columns', columns, { users: true, sessions: true, devices: true })
  const prefixed = Object.entries(endings).map(([key, ending]) => [key, tablePrefix + ending])
  checkDifferent('tables', Object.values<string>({ ...Object.fromEntries(prefixed), ...tables }))

  return (key, ending = '') => {
    const name = tables[key]
    return name === undefined ? tablePrefix + endings[key] + ending : quote(dialect, `tables.${key}`, name, ending)
  }
}

/**
 * What the columns of these properties are called, where some of them have names of the app's own.
 *
 * @throws {ConfigError} As `tableNamer`.
 */
export function columnNames<Property extends string>(
  dialect: Dialect,
  option: string,
  properties: Iterable<Property>,
  chosen: Readonly<Partial<Record<Property, string>>>,
): Readonly<Record<Property, string>> {
  const defaults = Object.fromEntries(Array.from(properties, (property) => [property, toSnakeCase(property)]))
  checkKeys(option, chosen, defaults)
  const names: Readonly<Record<string, string>> = { ...defaults, ...chosen }
  checkDifferent(option, Object.values(names))
  const written = Object.entries(names).map(([property, name]) => [
    property,
    Object.hasOwn(chosen, property) ? quote(dialect, `${option}.${property}`, name) : name,
  ])
  // Each property has its default.
  return Object.fromEntries(written) as Record<Property, string>
}

function toSnakeCase(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** A name that somebody chose, as it is written, whatever words and cases a database makes more of. */
function quote(dialect: Dialect, option: string, name: string, ending = ''): string {
  const longest = dialect.longestName - '_expiry'.length
  if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name.length > longest) {
    throw new ConfigError(
      `${option} must be a letter or _, then letters, digits or _, at most ${longest} characters in all. ` +
        'Where yours is another, make a view of the table with such names.',
    )
  }
  return dialect.quote(name + ending)
}

function checkPrefix(prefix: string): void {
  // PostgreSQL cuts names behind 63 characters, and the longest that a prefix becomes has 14 more.
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,39}$/.test(prefix)) {
    throw new ConfigError('tablePrefix must be a letter or _, then letters, digits or _, at most 40 characters in all.')
  }
}

function checkKeys(option: string, given: unknown, known: object): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigError(`${option} must be an object of names.`)
  }
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(known, key))
  if (unknown === undefined) return
  throw new ConfigError(`${option} has no ${JSON.stringify(unknown)}. It has ${Object.keys(known).join(', ')}.`)
}

function checkDifferent(option: string, names: readonly string[]): void {
  // Databases differ in whether `Name` and `name` are one.
  const lower = names.map((name: unknown) => String(name).toLowerCase())
  const twice = names.find((_name, index) => lower.indexOf(lower[index] ?? '') !== index)
  if (twice !== undefined) throw new ConfigError(`${option} has the name ${twice} twice. Give each one of its own.`)
}

/** What whoever opens a store reads when a table that is there can't be used. */
export function unusableTable(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  return `A table isn’t as latchkey needs it (${words}). Change it, or name another by the options tables and columns.`
}
