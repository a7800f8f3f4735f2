import { setTimeout as pause } from 'node:timers/promises'
import { UnavailableError } from '../../errors.ts'
import type { TakenField, UserStore } from '../../user/user-store.ts'
import { changeValues, toUser, toUserRecord, userRecordValues } from './rows.ts'
import type { DeviceStatements, SessionStatements, UserStatements } from './statements.ts'
import type { SqlDriver } from './sessions-and-devices.ts'

/** What a user has, by the statements that delete some of it. */
export interface OwnRows {
  /** How many at once. */
  readonly batch: number
  readonly sessions: Pick<SessionStatements, 'deleteOfUser' | 'selectNth'>
  readonly devices: Pick<DeviceStatements, 'deleteOfUser' | 'selectNth'>
}

const deletionPauseMs = 4

export function sqlUsers(driver: SqlDriver, sql: UserStatements, { batch, sessions, devices }: OwnRows): UserStore {
  /** Whether there may be more. What a loss of power undoes is deleted with the user, or again. */
  async function deleteSome(statement: string, id: string): Promise<boolean> {
    return (await driver.writeUnsynced(statement, [id, batch])) === batch
  }

  async function hasMany(id: string): Promise<boolean> {
    for (const { selectNth } of [sessions, devices]) {
      if ((await driver.first(selectNth, [id, batch])) !== null) return true
    }
    return false
  }

  /** So that the user's own row takes few with it: a statement that deletes 100,000 holds everybody up for seconds. */
  async function deleteOwnRows(id: string): Promise<void> {
    await driver.write(sql.shut, [id])
    for (const { deleteOfUser } of [sessions, devices]) {
      while (await deleteSome(deleteOfUser, id)) await pause(deletionPauseMs)
    }
  }

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
      if (await hasMany(id)) await deleteOwnRows(id)
      return (await driver.write(sql.delete, [id])) === 1
    },
  }
}
