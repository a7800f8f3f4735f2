import { ConfigError } from '../../errors.ts'
import type { Dialect } from './dialect.ts'

/** What tables and columns are called. */
export interface NameOptions {
  /** What the names of the tables begin with: letters, digits and `_` (default: `latchkey_`). */
  readonly tablePrefix?: string
  /**
   * Whole names of tables, like `{ users: 'app_user' }`. A table that is named here may be there already, with all the
   * columns that latchkey needs; it is made where there is none.
   */
  readonly tables?: { readonly [Table in keyof Names]?: string }
  /** Names of columns, like `{ users: { username: 'login' } }`, each by its property of a user, session or device. */
  readonly columns?: {
    readonly users?: { readonly [Column in UserColumn]?: string }
    readonly sessions?: { readonly [Column in SessionColumn]?: string }
    readonly devices?: { readonly [Column in DeviceColumn]?: string }
  }
}

type UserColumn = keyof typeof userColumns
type SessionColumn = keyof typeof sessionColumns
type DeviceColumn = keyof typeof deviceColumns

/** What a table is called. */
export interface TableNames {
  readonly table: string
  readonly expiryIndex: string
  readonly ageIndex: string
  /** Whether it may be there before latchkey makes it. */
  readonly mayExist: boolean
  /** What columns are called that don't have the names that statements are written with. */
  readonly renamed: ReadonlyMap<string, string>
}

/** Every name, as a database takes it. */
export interface Names {
  readonly users: TableNames
  readonly sessions: TableNames
  readonly devices: TableNames
  readonly migrations: TableNames
  readonly leases: TableNames
}

/**
 * A statement about a table, written with latchkey's own names of columns, in those that they have here. What begins with
 * `u.` is a column of users.
 */
export function putColumns({ users }: Names, { renamed }: TableNames, statement: string): string {
  // What is quoted is the name of a table.
  return statement.replaceAll(
    /(?<!["`'])\b(u\.)?([a-z_]+)\b/g,
    (word: string, ofUser: string | undefined, column: string) =>
      ofUser === undefined ? (renamed.get(column) ?? word) : ofUser + (users.renamed.get(column) ?? column),
  )
}

/** By property. */
type Columns = Readonly<Record<string, string>>

const defaultPrefix = 'latchkey_'
const endings = { users: 'user', sessions: 'session', devices: 'device', migrations: 'migration', leases: 'lease' }

const userColumns = {
  id: 'id',
  username: 'username',
  usernameKey: 'username_key',
  email: 'email',
  emailKey: 'email_key',
  firstName: 'first_name',
  lastName: 'last_name',
  active: 'active',
  admin: 'admin',
  superuser: 'superuser',
  lastLogin: 'last_login',
  createdAt: 'created_at',
  sessionGeneration: 'session_generation',
  passwordHash: 'password_hash',
}

const deviceColumns = {
  id: 'id',
  tokenHash: 'token_hash',
  userId: 'user_id',
  generation: 'generation',
  createdAt: 'created_at',
  expiresAt: 'expires_at',
}

const sessionColumns = {
  id: 'id',
  tokenHash: 'token_hash',
  userId: 'user_id',
  generation: 'generation',
  createdAt: 'created_at',
  expiresAt: 'expires_at',
  maxExpiresAt: 'max_expires_at',
}

/**
 * The names that statements are made of.
 *
 * @throws {ConfigError} When one is more than a plain name, or too long, or two of them are the same.
 */
export function resolveNames(dialect: Dialect, options: NameOptions = {}): Names {
  const { tablePrefix = defaultPrefix, tables = {}, columns = {} } = options
  checkPrefix(tablePrefix)
  checkKeys('tables', tables, endings)
  checkKeys('columns', columns, { users: true, sessions: true, devices: true })
  const prefixed = Object.entries(endings).map(([key, ending]) => [key, tablePrefix + ending])
  checkDifferent('tables', Object.values<string>({ ...Object.fromEntries(prefixed), ...tables }))

  function resolveTable(key: keyof Names, defaults: Columns = {}, chosen: Columns = {}): TableNames {
    const name = tables[key]
    const written = (ending: string): string =>
      name === undefined ? tablePrefix + endings[key] + ending : quote(dialect, `tables.${key}`, name, ending)
    return {
      table: written(''),
      expiryIndex: written('_expiry'),
      ageIndex: written('_age'),
      mayExist: name !== undefined,
      renamed: resolveColumns(dialect, `columns.${key}`, defaults, chosen),
    }
  }

  return {
    users: resolveTable('users', userColumns, columns.users),
    sessions: resolveTable('sessions', sessionColumns, columns.sessions),
    devices: resolveTable('devices', deviceColumns, columns.devices),
    migrations: resolveTable('migrations'),
    leases: resolveTable('leases'),
  }
}

function resolveColumns(
  dialect: Dialect,
  option: string,
  defaults: Columns,
  chosen: Columns,
): ReadonlyMap<string, string> {
  checkKeys(option, chosen, defaults)
  checkDifferent(option, Object.values({ ...defaults, ...chosen }))
  return new Map(
    Object.entries(chosen).map(([key, name]) => [defaults[key] ?? key, quote(dialect, `${option}.${key}`, name)]),
  )
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
