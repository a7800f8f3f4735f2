import { type Pool, createPool } from 'mysql2/promise'
import { afterAll, beforeAll, describe } from 'vitest'
import { mysqlStore } from '../../src/stores/mysql.ts'
import { deviceStoreContract, sessionStoreContract, userStoreContract } from '../../src/testing/contracts.ts'
import { type TestDatabase, createMysqlDatabase } from '../databases.ts'
import { isMissing, mysqlUrl } from '../servers.ts'

describe.skipIf(await isMissing('MySQL', mysqlUrl))('the MySQL store', () => {
  let database: TestDatabase
  let pool: Pool
  let stores = 0

  beforeAll(async () => {
    database = await createMysqlDatabase()
    pool = createPool({ uri: database.url, connectionLimit: 50 })
  })

  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  const createStore = () => async () => {
    stores += 1
    return mysqlStore(pool, { tablePrefix: `test${stores}_` })
  }

  sessionStoreContract('MySQL', createStore())
  userStoreContract('MySQL', createStore())
  deviceStoreContract('MySQL', createStore())
})
