import pg from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { postgresStore } from '../../src/stores/postgres.ts'
import { deviceStoreContract, sessionStoreContract, userStoreContract } from '../../src/testing/contracts.ts'
import { type TestDatabase, createPostgresDatabase } from '../databases.ts'
import { isMissing, postgresUrl } from '../servers.ts'

describe.skipIf(await isMissing('PostgreSQL', postgresUrl))('the PostgreSQL store', () => {
  let database: TestDatabase
  let pool: pg.Pool
  let stores = 0

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url, connectionTimeoutMillis: 2000 })
  })

  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  const createStore = (namedStatements: boolean) => async () => {
    stores += 1
    return postgresStore(pool, { namedStatements, tablePrefix: `test${stores}_` })
  }

  sessionStoreContract('PostgreSQL', createStore(true))
  userStoreContract('PostgreSQL', createStore(true))
  deviceStoreContract('PostgreSQL', createStore(true))
  sessionStoreContract('PostgreSQL without named statements', createStore(false))
  userStoreContract('PostgreSQL without named statements', createStore(false))
  deviceStoreContract('PostgreSQL without named statements', createStore(false))
})
