import { ConfigError, UnavailableError } from '../../errors.ts'
import { charsetCure } from './connection-check.ts'
import { unusableTable } from '../sql/names.ts'
import { codeOf, isNetworkError } from '../drivers/network-errors.ts'

// Error numbers: https://mariadb.com/docs/server/reference/error-codes and MySQL's reference of server errors.
const ER_DUP_ENTRY = 1062
const rolledBack: ReadonlySet<unknown> = new Set([1213, 1020])
const unavailable: ReadonlySet<unknown> = new Set([
  ...rolledBack,
  1021, // disk full
  1037, // out of memory
  1040, // too many connections
  1041, // out of resources
  1044, // no access to the database: there was when the store was opened, so the server's settings are changing
  1045, // nor for the user
  1047, // a Galera node that isn't ready
  1049, // nor is the database there
  1053, // shutting down
  1114, // a full table: InnoDB's word for a full disk
  1129, // a blocked host
  1203, // too many connections of the user
  1205, // waited too long for a lock
  1226, // the user's resources are used up
  1290, // read-only, by an option
  1317, // interrupted
  1792, // a read-only transaction
  1836, // read-only mode
  1927, // connection killed
  1969, // MariaDB's time for a statement is over
  3024, // MySQL's time for a statement is over
  4031, // disconnected for idleness
])
// What is there already when a process that made it was killed before it could say so.
const alreadyMade: ReadonlySet<unknown> = new Set([1050, 1060, 1061, ER_DUP_ENTRY])

// What `mysql2` says without a number.
const lostConnection =
  /connection (?:lost|is in closed state)|closed state|pool is closed|queue limit|no connections available/i

export function isDuplicate(error: unknown): boolean {
  return errorNumber(error) === ER_DUP_ENTRY
}

export function isRolledBack(error: unknown): boolean {
  return rolledBack.has(errorNumber(error))
}

export function isAlreadyMade(error: unknown): boolean {
  return alreadyMade.has(errorNumber(error))
}

/** What the caller of a store sees of an error in a statement. */
export function toStoreError(error: unknown): unknown {
  return isUnavailable(error) ? new UnavailableError({ cause: error }) : error
}

/** What the caller of a store sees of an error while it was opened. */
export function toOpenError(error: unknown): unknown {
  const cause = error instanceof UnavailableError ? error.cause : error
  const number = errorNumber(cause)
  const sentence = cures.get(number) ?? (unusableTables.has(number) ? unusableTable(cause) : undefined)
  return sentence === undefined ? toStoreError(error) : new ConfigError(sentence, { cause })
}

// A column that isn't there, a table that isn't there, and what no session can refer to.
const unusableTables: ReadonlySet<unknown> = new Set([1054, 1146, 1005, 1215, 1822, 3780, 6125])

const wrongLogin = 'MySQL refuses the user or the password. Set those of a user that it lets in.'
const missingGrant =
  'The MySQL user may not use or create latchkey’s tables. ' +
  'Grant it what is missing, or let another user run what "latchkey migrate --print" prints.'

const noDatabase = 'No MySQL database is chosen. Name one in the URL, or as the pool’s database.'

const cures: ReadonlyMap<unknown, string> = new Map([
  [1300, charsetCure],
  [3988, charsetCure],
  [1044, missingGrant],
  [1045, wrongLogin],
  [1046, noDatabase],
  [1049, 'MySQL has no such database. Create it, or name another.'],
  [1142, missingGrant],
  [1698, wrongLogin],
  [3057, noDatabase], // what MySQL says of a lock without a name
])

function isUnavailable(error: unknown): boolean {
  const number = errorNumber(error)
  if (number !== null && unavailable.has(number)) return true
  return (
    isNetworkError(error) ||
    codeOf(error) === 'PROTOCOL_CONNECTION_LOST' ||
    (error instanceof Error && lostConnection.test(error.message))
  )
}

function errorNumber(error: unknown): number | null {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : null
}
