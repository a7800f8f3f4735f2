import { spawn } from 'node:child_process'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cleaningLease } from '../../src/cleaner.ts'
import { postgresCounters } from '../../src/stores/counters.ts'
import { postgresStore } from '../../src/stores/postgres.ts'
import type { Store } from '../../src/stores/store.ts'
import {
  counterStoreContract,
  deviceStoreContract,
  sessionStoreContract,
  userStoreContract,
} from '../../src/testing/contracts.ts'
import { type TestDatabase, createPostgresDatabase, openPostgresPool } from '../databases.ts'
import { isMissing, postgresUrl } from '../servers.ts'
import { storeRaces } from '../stores/store-races.ts'
import { type PgBouncer, isPgBouncerMissing, startPgBouncer } from './pgbouncer.ts'

const isLeftOut = isPgBouncerMissing() || (await isMissing('PostgreSQL', postgresUrl))

describe.skipIf(isLeftOut)('PgBouncer, in transaction mode', () => {
  let database: TestDatabase
  let bouncer: PgBouncer
  let pools: readonly [Pool, Pool]
  let stores = 0

  beforeAll(async () => {
    database = await createPostgresDatabase()
    bouncer = await startPgBouncer(database.url)
    pools = [openPostgresPool(bouncer.url), openPostgresPool(bouncer.url)]
  })

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await bouncer.stop()
    await database.drop()
  })

  function storeOf(pool: Pool, tablePrefix: string): Store {
    return postgresStore(pool, { namedStatements: false, tablePrefix })
  }

  function newPrefix(): string {
    stores += 1
    return `test${stores}_`
  }

  const createStore = async (): Promise<Store> => storeOf(pools[0], newPrefix())

  it('gives several clients one connection after the other', async () => {
    const connections = await Promise.all(
      Array.from({ length: 20 }, async () => (await pools[0].query('SELECT pg_backend_pid() AS id')).rows[0].id),
    )

    expect(new Set(connections).size).toBeLessThanOrEqual(2)
  })

  it('lets one process at a time clean up, and another soon after that one was killed (F15)', async () => {
    const store = storeOf(pools[1], 'latchkey_')
    await store.open()
    const claim = async (): Promise<boolean | undefined> => store.claimCleaning?.('another', cleaningLease)
    const env = { ...process.env, DATABASE_URL: bouncer.url }
    const child = spawn(process.execPath, [`${import.meta.dirname}/pgbouncer-cleaner-child.ts`], { env })
    const claims = child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })
    const first = await claims.next()
    const beside = await claim()
    await claims.next()
    const kept = await claims.next()
    child.kill('SIGKILL')

    expect([first.value, beside, kept.value]).toEqual(['true\n', false, 'true\n'])
    expect(await vi.waitUntil(claim, { timeout: 20_000, interval: 200 })).toBe(true)
  })

  sessionStoreContract('postgresStore behind PgBouncer', createStore)
  userStoreContract('postgresStore behind PgBouncer', createStore)
  deviceStoreContract('postgresStore behind PgBouncer', createStore)
  counterStoreContract('postgresCounters behind PgBouncer', async () => ({
    store: postgresCounters(pools[0], { namedStatements: false }),
  }))

  storeRaces('postgresStore behind PgBouncer', async () => {
    const prefix = newPrefix()
    const two = [storeOf(pools[0], prefix), storeOf(pools[1], prefix)] as const
    await Promise.all(two.map((store) => store.open()))
    return two
  })
})
