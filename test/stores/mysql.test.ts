import { createPool as createCallbackPool } from 'mysql2'
import { type Pool, createPool } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mysqlStore } from '../../src/stores/mysql.ts'
import type { Store } from '../../src/stores/store.ts'
import { deviceStoreContract, sessionStoreContract, userStoreContract } from '../../src/testing/contracts.ts'
import { userRecord } from '../../src/testing/records.ts'
import { type TestDatabase, createMysqlDatabase } from '../databases.ts'
import { isMissing, mysqlUrl } from '../servers.ts'
import { otherNames } from './other-names.ts'
import { storeRaces } from './store-races.ts'

describe.skipIf(await isMissing('MySQL', mysqlUrl))('MySQL', { timeout: 30_000 }, () => {
  let database: TestDatabase
  let pools: readonly [Pool, Pool]
  let stores = 0

  beforeAll(async () => {
    database = await createMysqlDatabase()
    // Many connections: a slow disk is waited for by all at once.
    const connectionLimit = 40
    pools = [
      createPool({ uri: database.url, connectionLimit }),
      // With whatever an app may have set that changes answers.
      createPool({
        uri: database.url,
        connectionLimit,
        flags: ['-FOUND_ROWS'],
        typeCast: (field, next) => (field.type === 'TINY' ? next() === 1 : String(next())),
        supportBigNumbers: true,
        bigNumberStrings: true,
        dateStrings: true,
        timezone: '+05:30',
        namedPlaceholders: true,
      }),
    ]
  })

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await database.drop()
  })

  async function createStore(): Promise<Store> {
    return mysqlStore(pools[0], { tablePrefix: newPrefix() })
  }

  async function createOddStore(): Promise<Store> {
    return mysqlStore(pools[1], { tablePrefix: newPrefix() })
  }

  async function createRenamedStore(): Promise<Store> {
    return mysqlStore(pools[0], otherNames(newPrefix()))
  }

  function newPrefix(): string {
    stores += 1
    return `test${stores}_`
  }

  sessionStoreContract('mysqlStore', createStore)
  userStoreContract('mysqlStore', createStore)
  deviceStoreContract('mysqlStore', createStore)

  sessionStoreContract('mysqlStore on an odd pool', createOddStore)
  userStoreContract('mysqlStore on an odd pool', createOddStore)
  deviceStoreContract('mysqlStore on an odd pool', createOddStore)

  sessionStoreContract('mysqlStore with other names', createRenamedStore)
  userStoreContract('mysqlStore with other names', createRenamedStore)
  deviceStoreContract('mysqlStore with other names', createRenamedStore)

  it('takes a pool of callbacks as well', async () => {
    const pool = createCallbackPool(database.url)
    const store = mysqlStore(pool, { tablePrefix: newPrefix() })
    await store.open()

    expect(await store.users.list(null, 1)).toEqual([])
    await pool.promise().end()
  })

  it('leaves it to the database to wait for its disk', async () => {
    const [pool] = pools
    const settings = async (): Promise<unknown> => {
      const names = "'innodb_flush_log_at_trx_commit', 'innodb_doublewrite', 'sync_binlog'"
      return (await pool.query(`SHOW VARIABLES WHERE Variable_name IN (${names})`))[0]
    }
    const before = await settings()
    const store = await createStore()
    await store.open()
    await store.users.create(userRecord('ann'))

    expect(await settings()).toEqual(before)
  })

  storeRaces('mysqlStore', async () => {
    const tablePrefix = newPrefix()
    const [one, other] = pools
    const two = [mysqlStore(one, { tablePrefix }), mysqlStore(other, { tablePrefix })] as const
    await Promise.all(two.map((store) => store.open()))
    return two
  })
})
