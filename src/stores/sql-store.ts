import { UnavailableError } from '../errors.ts'
import type { SessionStore } from '../session/session-store.ts'
import type { DeviceStore } from '../throttle/device-store.ts'
import type { TakenField, UserStore } from '../user/user-store.ts'
import {
  type Row,
  type SqlValue,
  changeValues,
  deviceValues,
  sessionValues,
  toDevice,
  toSession,
  toSessionWithUser,
  toUser,
  toUserRecord,
  userRecordValues,
} from './sql-rows.ts'
import type { DeviceStatements, LeaseStatements, SessionStatements, UserStatements } from './sql-statements.ts'
import type { Store } from './store.ts'

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
  /** How many rows were written. Throws `UnavailableError` rather than waiting for a lock of the whole database, or for its disk. */
  writeNow(statement: string, values: readonly SqlValue[]): Promise<number>
}

export function sqlSessions(driver: SqlDriver, sql: SessionStatements): SessionStore {
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

    async delete(tokenHash) {
      await driver.write(sql.delete, [tokenHash])
    },

    async deleteById(userId, id) {
      return (await driver.write(sql.deleteById, [id, userId])) === 1
    },

    async listByUser(userId, now) {
      const rows = await driver.all(sql.selectLive, [userId, now.getTime(), now.getTime()])
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

export function sqlUsers(driver: SqlDriver, sql: UserStatements): UserStore {
  async function findTakenField(usernameKey: string, emailKey: string | null): Promise<TakenField | null> {
    if (await driver.first(sql.selectUsernameKey, [usernameKey])) return 'username'
    if (await driver.first(sql.selectEmailKey, [emailKey])) return 'email'
    return null
  }

  return {
    async create(record) {
      const values = userRecordValues(record)
      if ((await driver.write(sql.insert, values)) === 1) return null

      const taken = await findTakenField(record.usernameKey, record.emailKey)
      if (taken !== null) return taken

      // Whoever had the key was deleted in between.
      if ((await driver.write(sql.insert, values)) === 1) return null
      throw new UnavailableError()
    },

    async findById(id) {
      const row = await driver.first(sql.selectById, [id])
      return row && toUser(row)
    },

    async findByUsername(key) {
      const row = await driver.first(sql.selectByUsername, [key])
      return row && toUserRecord(row)
    },

    async findByEmail(key) {
      const row = await driver.first(sql.selectByEmail, [key])
      return row && toUserRecord(row)
    },

    async list(after, limit) {
      const rows =
        after === null ? await driver.all(sql.selectFirst, [limit]) : await driver.all(sql.selectAfter, [after, limit])
      return rows.map(toUserRecord)
    },

    async update(id, changes) {
      return (await driver.write(sql.update, [...changeValues(changes), id])) === 1
    },

    async setPasswordHash(id, passwordHash) {
      return (await driver.write(sql.updatePasswordHash, [passwordHash, id])) === 1
    },

    async changePasswordHash(id, from, to) {
      return (await driver.write(sql.changePasswordHash, [to, id, from])) === 1
    },

    async upgradePasswordHash(id, from, to) {
      return (await driver.write(sql.upgradePasswordHash, [to, id, from])) === 1
    },

    async recordLogin(id, at) {
      await driver.writeUnsynced(sql.updateLastLogin, [at.getTime(), id])
    },

    async endSessions(id) {
      return (await driver.write(sql.endSessions, [id])) === 1
    },

    async delete(id) {
      return (await driver.write(sql.delete, [id])) === 1
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
