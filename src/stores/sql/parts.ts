import type { Dialect } from './dialect.ts'
import type { Names } from './names.ts'
import { deviceStatements, leaseStatements, sessionStatements, userStatements } from './statements.ts'
import { type SqlDriver, sqlCleaning, sqlDevices, sqlSessions } from './sessions-and-devices.ts'
import { sqlUsers } from './users.ts'
import type { Store } from '../store.ts'

/** All of a store but its opening and closing. */
export function sqlParts(driver: SqlDriver, dialect: Dialect, names: Names): Omit<Store, 'open' | 'close'> {
  const sessions = sessionStatements(dialect, names)
  const devices = deviceStatements(dialect, names)
  return {
    users: sqlUsers(driver, userStatements(dialect, names), { batch: dialect.deletionBatch, sessions, devices }),
    sessions: sqlSessions(driver, sessions),
    devices: sqlDevices(driver, devices),
    ...sqlCleaning(driver, leaseStatements(dialect, names)),
  }
}
