import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresStore } from '../../src/stores/postgres.ts'
import type { Store } from '../../src/stores/store.ts'
import { deviceStoreContract, sessionStoreContract, userStoreContract } from '../../src/testing/contracts.ts'
import { userRecord } from '../../src/testing/records.ts'
import { type TestDatabase, createPostgresDatabase, openPostgresPool } from '../databases.ts'
import { isMissing, postgresUrl } from '../servers.ts'
import { otherNames } from './other-names.ts'
import { storeRaces } from './store-races.ts'

describe.skipIf(await isMissing('PostgreSQL', postgresUrl))('PostgreSQL', { timeout: 30_000 }, () => {
  let database: TestDatabase
  let pools: readonly [Pool, Pool]
  let stores = 0

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pools = [
      openPostgresPool(database.url),
      // With whatever an app may have set that changes answers.
      openPostgresPool(database.url, {
        options:
          '-c default_transaction_isolation=serializable -c timezone=Asia/Kolkata -c datestyle=German ' +
          '-c extra_float_digits=0 -c standard_conforming_strings=off -c synchronous_commit=off',
      }),
    ]
  })

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await database.drop()
  })

  async function createStore(): Promise<Store> {
    return postgresStore(pools[0], { tablePrefix: newPrefix() })
  }

  async function createOddStore(): Promise<Store> {
    return postgresStore(pools[1], { tablePrefix: newPrefix(), namedStatements: false })
  }

  async function createRenamedStore(): Promise<Store> {
    return postgresStore(pools[0], otherNames(newPrefix()))
  }

  function newPrefix(): string {
    stores += 1
    return `test${stores}_`
  }

  sessionStoreContract('postgresStore', createStore)
  userStoreContract('postgresStore', createStore)
  deviceStoreContract('postgresStore', createStore)

  sessionStoreContract('postgresStore on an odd pool, without named statements', createOddStore)
  userStoreContract('postgresStore on an odd pool, without named statements', createOddStore)
  deviceStoreContract('postgresStore on an odd pool, without named statements', createOddStore)

  sessionStoreContract('postgresStore with other names', createRenamedStore)
  userStoreContract('postgresStore with other names', createRenamedStore)
  deviceStoreContract('postgresStore with other names', createRenamedStore)

  it('leaves it to the database to wait for its disk', async () => {
    const pool = openPostgresPool(database.url, { max: 1 })
    const settings = async (): Promise<unknown> =>
      (await pool.query("SELECT current_setting('fsync'), current_setting('synchronous_commit')")).rows
    const before = await settings()
    const store = postgresStore(pool, { tablePrefix: newPrefix() })
    await store.open()
    await store.users.create(userRecord('ann'))

    expect(await settings()).toEqual(before)
    await pool.end()
  })

  storeRaces('postgresStore', async () => {
    const tablePrefix = newPrefix()
    const [one, other] = pools
    const two = [postgresStore(one, { tablePrefix }), postgresStore(other, { tablePrefix })] as const
    await Promise.all(two.map((store) => store.open()))
    return two
  })
})
