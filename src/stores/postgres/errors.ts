import { ConfigError, UnavailableError } from '../../errors.ts'
import { unusableTable } from '../sql/names.ts'
import { codeOf, isNetworkError } from '../drivers/network-errors.ts'

// Classes and codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
const unavailableClasses: ReadonlySet<string> = new Set([
  '08', // the connection
  '28', // a login that is refused: right when the store was opened, so the server's settings are changing
  '3D', // as is a database that is gone
  '40', // rolled back in favor of another transaction
  '53', // resources: disk, memory, connections
  '57', // shutting down, starting up, canceled
  '58', // the system beneath the server
])
const READ_ONLY_SQL_TRANSACTION = '25006'
const LOCK_NOT_AVAILABLE = '55P03'

// What `pg` says without a code.
const lostConnection = /timeout|connection terminated|not queryable|after calling end/i

export function isRolledBack(error: unknown): boolean {
  return sqlState(error)?.startsWith('40') ?? false
}

/** What the caller of a store sees of an error in a statement. */
export function toStoreError(error: unknown): unknown {
  return isUnavailable(error) ? new UnavailableError({ cause: error }) : error
}

/** What the caller of a store sees of an error while it was opened. */
export function toOpenError(error: unknown): unknown {
  const cause = causeOf(error)
  const state = sqlState(cause) ?? ''
  const sentence = cures[state] ?? (unusableTables.has(state) ? unusableTable(cause) : undefined)
  return sentence === undefined ? toStoreError(error) : new ConfigError(sentence, { cause })
}

// A column that isn't there or of another type, a table that isn't there, and what no session can refer to.
const unusableTables: ReadonlySet<string> = new Set(['42703', '42804', '42883', '42P01', '42830'])

const wrongLogin = 'PostgreSQL refuses the user or the password. Set those of a user that it lets in.'

const cures: Readonly<Record<string, string>> = {
  '28000': wrongLogin,
  '28P01': wrongLogin,
  '3D000': 'PostgreSQL has no such database. Create it, or name another.',
  '3F000': 'PostgreSQL has no schema for the tables. Create one, and let search_path name it.',
  '42501':
    'The PostgreSQL user may not use or create latchkey’s tables. ' +
    'Grant it what is missing, or let their owner run what "latchkey migrate --print" prints.',
  '42P07': 'PostgreSQL has other tables of the names that latchkey’s would get. Choose a tablePrefix.',
}

function isUnavailable(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) {
    return unavailableClasses.has(state.slice(0, 2)) || [READ_ONLY_SQL_TRANSACTION, LOCK_NOT_AVAILABLE].includes(state)
  }
  return isNetworkError(error) || (error instanceof Error && lostConnection.test(error.message))
}

function sqlState(error: unknown): string | null {
  const code = codeOf(error)
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !isNetworkError(error) ? code : null
}

/** An error that was judged for a statement, as it was before. */
function causeOf(error: unknown): unknown {
  return error instanceof UnavailableError ? error.cause : error
}
