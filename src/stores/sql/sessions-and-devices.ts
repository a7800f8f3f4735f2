import type { Session, SessionStore } from '../../session/session-store.ts'
import type { DeviceStore } from '../../device/device-store.ts'
import { type Row, type SqlValue, deviceValues, sessionValues, toDevice, toSession, toSessionWithUser } from './rows.ts'
import { type DeviceStatements, type LeaseStatements, type SessionStatements, amongCount } from './statements.ts'
import type { Store } from '../store.ts'

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

export function sqlSessions(driver: SqlDriver, sql: SessionStatements): SessionStore {
  async function findAmong(tokenHashes: readonly string[]): Promise<Session[]> {
    const [last = ''] = tokenHashes.slice(-1)
    // A statement for each number of them would be one to prepare for each.
    const values = Array.from({ length: amongCount }, (_, index) => tokenHashes[index] ?? last)
    const rows = await driver.all(sql.selectAmong, values)
    const others = tokenHashes.length > amongCount ? await findAmong(tokenHashes.slice(amongCount)) : []
    return [...rows.map(toSession), ...others]
  }

  return {
    async create(session) {
      return (await driver.write(sql.insert, sessionValues(session))) === 1
    },

    findWithUser: (tokenHash) =>
      driver.first(sql.selectWithUser, [tokenHash]).then((row) => row && toSessionWithUser(row, tokenHash)),

    async extend(tokenHash, now, expiresAt) {
      const nowMs = now.getTime()
      const expiresMs = expiresAt.getTime()
      return (await driver.writeNow(sql.extend, [expiresMs, expiresMs, tokenHash, nowMs, nowMs])) === 1
    },

    async delete(tokenHashes) {
      const found = await findAmong(tokenHashes)
      const deleted = await Promise.all(found.map(({ tokenHash }) => driver.write(sql.delete, [tokenHash])))
      // What others are deleting isn't there any more: only that it is on the disk has to be waited for.
      if (found.length < tokenHashes.length) await driver.settled()
      return found.filter((_session, index) => deleted[index] === 1)
    },

    async deleteById(userId, id) {
      return (await driver.write(sql.deleteById, [id, userId])) === 1
    },

    async listByUser(userId, now, after, limit) {
      const live = [userId, userId, now.getTime(), now.getTime()]
      const afterMs = after?.createdAt.getTime() ?? 0
      const rows = await (after === null
        ? driver.all(sql.selectFirst, [...live, limit])
        : driver.all(sql.selectAfter, [...live, afterMs, afterMs, after.id, limit]))
      return rows.map(toSession)
    },

    deleteExpired(instant, limit) {
      return driver.write(sql.deleteExpired, [instant.getTime(), limit])
    },
  }
}

export function sqlDevices(driver: SqlDriver, sql: DeviceStatements): DeviceStore {
  return {
    async create(device) {
      return (await driver.write(sql.insert, deviceValues(device))) === 1
    },

    async find(tokenHash) {
      const row = await driver.first(sql.select, [tokenHash])
      return row && toDevice(row)
    },

    async listByUser(userId, now) {
      const rows = await driver.all(sql.selectByUser, [userId, now.getTime()])
      return rows.map(toDevice)
    },

    async delete(tokenHash) {
      await driver.write(sql.delete, [tokenHash])
    },

    async deleteById(userId, id) {
      return (await driver.write(sql.deleteById, [id, userId])) === 1
    },

    async deleteByUser(userId) {
      await driver.write(sql.deleteByUser, [userId])
    },

    async deleteOlder(userId, count) {
      await driver.write(sql.deleteOlder, [userId, userId, count])
    },

    deleteExpired(instant, limit) {
      return driver.write(sql.deleteExpired, [instant.getTime(), limit])
    },
  }
}

export function sqlCleaning(driver: SqlDriver, sql: LeaseStatements): Required<Pick<Store, 'claimCleaning'>> {
  return {
    async claimCleaning(holder, seconds) {
      return (await driver.writeUnsynced(sql.claim, [holder, seconds * 1000, holder])) === 1
    },
  }
}
