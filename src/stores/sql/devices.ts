import type { DeviceStore } from '../../device/device-store.ts'
import { describeColumns } from '../columns/column.ts'
import { readDevice } from '../columns/device.ts'
import type { Dialect } from './dialect.ts'
import type { SqlDriver } from './driver.ts'
import { type StatementsOfUser, insertedOfUser, statementsOfUser } from './of-user.ts'
import { rowReader, toValues } from './rows.ts'
import { finish, selectList } from './statements.ts'
import type { Tables } from './tables.ts'

/** Every statement about known devices. */
export interface DeviceStatements extends StatementsOfUser {
  readonly select: string
  readonly selectByUser: string
  readonly deleteByUser: string
  readonly deleteOlder: string
}

const toDevice = rowReader(readDevice)
const inserted = insertedOfUser(describeColumns(readDevice))

export function deviceStatements(dialect: Dialect, tables: Tables): DeviceStatements {
  const { name: user, columns: u } = tables.users
  const { name: device, columns: d } = tables.devices
  const instant = dialect.toInstant('?')
  const selectCurrent = `
      SELECT ${selectList(dialect, tables.devices, 'd')}
      FROM ${device} d JOIN ${user} u ON u.${u.id} = d.${d.userId} AND u.${u.sessionGeneration} = d.${d.generation}`

  return finish(dialect, {
    ...statementsOfUser(dialect, tables, tables.devices),

    select: `${selectCurrent} WHERE d.${d.tokenHash} = ?`,
    selectByUser: `${selectCurrent} WHERE d.${d.userId} = ? AND d.${d.expiresAt} > ${instant} ORDER BY d.${d.createdAt} DESC, d.${d.id} DESC`,
    deleteByUser: `DELETE FROM ${device} WHERE ${d.userId} = ?`,

    deleteOlder: `
      DELETE FROM ${device} WHERE ${d.userId} = ? AND ${d.createdAt} < (
        SELECT min(newest.${d.createdAt}) FROM (
          SELECT ${d.createdAt} FROM ${device} WHERE ${d.userId} = ? ORDER BY ${d.createdAt} DESC LIMIT ?
        ) newest
      )`,
  })
}

export function sqlDevices(driver: SqlDriver, sql: DeviceStatements): DeviceStore {
  return {
    async create(device) {
      return (await driver.write(sql.insert, toValues(device, inserted))) === 1
    },

    async find(tokenHash) {
      const row = await driver.first(sql.select, [tokenHash])
      return row && toDevice(row)
    },

    async listByUser(userId, now) {
      const rows = await driver.all(sql.selectByUser, [userId, now.getTime()])
      return rows.map((row) => toDevice(row))
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
