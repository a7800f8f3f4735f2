import { setTimeout as pause } from 'node:timers/promises'
import { UnavailableError } from '../../errors.ts'
import type { TakenField, UserChanges, UserStore } from '../../user/user-store.ts'
import { describeColumns } from '../columns/column.ts'
import { readUser, readUserKeys, readUserRecord } from '../columns/user.ts'
import type { Dialect } from './dialect.ts'
import type { SqlDriver, SqlValue } from './driver.ts'
import type { StatementsOfUser } from './of-user.ts'
import { rowReader, toValue, toValues } from './rows.ts'
import { columnList, finish, selectList, valueList } from './statements.ts'
import type { Tables } from './tables.ts'

/** Every statement about users. */
export interface UserStatements {
  readonly insert: string
  readonly selectUsernameKey: string
  readonly selectEmailKey: string
  readonly selectById: string
  readonly selectByUsername: string
  readonly selectByEmail: string
  readonly selectFirst: string
  readonly selectAfter: string
  readonly update: string
  readonly updatePasswordHash: string
  readonly changePasswordHash: string
  readonly upgradePasswordHash: string
  readonly updateLastLogin: string
  readonly endSessions: string
  readonly shut: string
  readonly delete: string
}

const toUser = rowReader(readUser)
const toUserRecord = rowReader(readUserRecord)
const ofUser = [...describeColumns(readUser).keys()]
const inserted = [...describeColumns(readUserKeys).keys(), ...ofUser]
const changeable = ['firstName', 'lastName', 'active', 'admin', 'superuser'] as const satisfies (keyof UserChanges)[]

export function userStatements(dialect: Dialect, { users }: Tables): UserStatements {
  const { name: user, columns: u } = users
  const instant = dialect.toInstant('?')
  const selectRecords = `SELECT ${selectList(dialect, users, 'u', inserted)} FROM ${user} u`
  const updatePasswordHash = `
    UPDATE ${user} SET ${u.passwordHash} = ?, ${u.sessionGeneration} = ${u.sessionGeneration} + 1 WHERE ${u.id} = ?`

  return finish(dialect, {
    insert: `
      INSERT INTO ${user} (${columnList(users, inserted)})
      VALUES (${valueList(dialect, users, inserted)})${dialect.unlessTaken}`,

    selectUsernameKey: `SELECT 1 FROM ${user} WHERE ${u.usernameKey} = ?`,
    selectEmailKey: `SELECT 1 FROM ${user} WHERE ${u.emailKey} = ?`,
    selectById: `SELECT ${selectList(dialect, users, 'u', ofUser)} FROM ${user} u WHERE u.${u.id} = ?`,
    selectByUsername: `${selectRecords} WHERE u.${u.usernameKey} = ?`,
    selectByEmail: `${selectRecords} WHERE u.${u.emailKey} = ?`,
    selectFirst: `${selectRecords} ORDER BY u.${u.usernameKey} LIMIT ?`,
    selectAfter: `${selectRecords} WHERE u.${u.usernameKey} > ? ORDER BY u.${u.usernameKey} LIMIT ?`,

    update: `
      UPDATE ${user} SET
        ${changeable.map((property) => `${u[property]} = CASE WHEN ? = 1 THEN ? ELSE ${u[property]} END`).join(',\n        ')},
        ${u.sessionGeneration} = ${u.sessionGeneration} + ?
      WHERE ${u.id} = ?`,

    updatePasswordHash,
    changePasswordHash: `${updatePasswordHash} AND ${u.passwordHash} = ?`,
    upgradePasswordHash: `UPDATE ${user} SET ${u.passwordHash} = ? WHERE ${u.id} = ? AND ${u.passwordHash} = ?`,
    updateLastLogin: `UPDATE ${user} SET ${u.lastLogin} = ${instant} WHERE ${u.id} = ?`,
    endSessions: `UPDATE ${user} SET ${u.sessionGeneration} = ${u.sessionGeneration} + 1 WHERE ${u.id} = ?`,
    shut: `UPDATE ${user} SET ${u.active} = ${dialect.no}, ${u.sessionGeneration} = ${u.sessionGeneration} + 1 WHERE ${u.id} = ?`,
    delete: `DELETE FROM ${user} WHERE ${u.id} = ?`,
  })
}

/** What a user has, by the statements that delete some of it. */
export interface OwnRows {
  /** How many at once. */
  readonly batch: number
  readonly sessions: Pick<StatementsOfUser, 'deleteOfUser' | 'selectNth'>
  readonly devices: Pick<StatementsOfUser, 'deleteOfUser' | 'selectNth'>
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
      const values = toValues({ ...record, ...record.user }, inserted)
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
      return rows.map((row) => toUserRecord(row))
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

/** For each column whether it changes, and its value then; last, by how much the generation of sessions moves. */
function changeValues(changes: UserChanges): SqlValue[] {
  const values = changeable.flatMap((property) => [
    Number(changes[property] !== undefined),
    toValue(changes[property] ?? null),
  ])
  return [...values, Number(changes.active === false)]
}
