import type { Store } from '../store.ts'
import { deviceStatements, sqlDevices } from './devices.ts'
import type { Dialect } from './dialect.ts'
import type { SqlDriver } from './driver.ts'
import { leaseStatements, sqlCleaning } from './leases.ts'
import { sessionStatements, sqlSessions } from './sessions.ts'
import type { Tables } from './tables.ts'
import { sqlUsers, userStatements } from './users.ts'

/** All of a store but its opening and closing. */
export function sqlParts(driver: SqlDriver, dialect: Dialect, tables: Tables): Omit<Store, 'open' | 'close'> {
  const sessions = sessionStatements(dialect, tables)
  const devices = deviceStatements(dialect, tables)
  return {
    users: sqlUsers(driver, userStatements(dialect, tables), { batch: dialect.deletionBatch, sessions, devices }),
    sessions: sqlSessions(driver, sessions),
    devices: sqlDevices(driver, devices),
    ...sqlCleaning(driver, leaseStatements(dialect, tables)),
  }
}
