import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { createPool } from 'mysql2'
import { createPool as createPromisePool } from 'mysql2/promise'
import { Pool } from 'pg'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { mysqlCounters, postgresCounters, redisCounters, sqliteCounters } from '../../src/stores/counters.ts'
import { type OpenCounters, counterStoreContract } from '../../src/testing/counter-store-contract.ts'
import { isMissing, mysqlUrl, postgresUrl, redisUrl } from '../servers.ts'

const name = `latchkey_test_${process.pid}_${Date.now().toString(36)}`
const folder = mkdtempSync(join(tmpdir(), 'latchkey-counters-'))
let files = 0

function openSqlite(): OpenCounters & { readonly path: string } {
  files += 1
  const path = join(folder, `${files}.db`)
  const store = sqliteCounters({ path })
  return { store, path, close: async () => store.close() }
}

counterStoreContract('sqliteCounters in a file', async () => openSqlite())
counterStoreContract('sqliteCounters in memory', async () => ({ store: sqliteCounters({ path: ':memory:' }) }))

describe.skipIf(await isMissing('Redis', redisUrl))('Redis', () => {
  const redis = new Redis(redisUrl, { lazyConnect: true })
  const client = createClient({ url: redisUrl })

  beforeAll(async () => {
    await redis.connect()
    await client.connect()
  })

  afterAll(async () => {
    const keys = await redis.keys(`${name}:*`)
    if (keys.length > 0) await redis.del(keys)
    redis.disconnect()
    client.destroy()
  })

  counterStoreContract('redisCounters of ioredis', async () => ({ store: redisCounters(redis, { prefix: name }) }))
  counterStoreContract('redisCounters of redis', async () => ({ store: redisCounters(client, { prefix: name }) }))

  it('leaves no key without an end in Redis', async () => {
    const store = redisCounters(redis, { prefix: name })
    await store.takeBack('never counted')
    await store.count('a', 1, 60)
    await store.count('a', 1, 60)
    const lives = await Promise.all((await redis.keys(`${name}:*`)).map((key) => redis.ttl(key)))

    expect(lives.length).toBeGreaterThan(0)
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(0)
  })
})

describe.skipIf(await isMissing('PostgreSQL', postgresUrl))('PostgreSQL', () => {
  const admin = new Pool({ connectionString: postgresUrl, max: 1 })
  let pool: Pool

  beforeAll(async () => {
    await admin.query(`CREATE DATABASE ${name}`)
    pool = new Pool({ connectionString: new URL(name, postgresUrl).href })
  })

  afterAll(async () => {
    await pool.end()
    await admin.query(`DROP DATABASE ${name}`)
    await admin.end()
  })

  counterStoreContract('postgresCounters', async () => ({ store: postgresCounters(pool) }))
})

describe.skipIf(await isMissing('MySQL', mysqlUrl))('MySQL', () => {
  const admin = createPromisePool(mysqlUrl)
  const pool = createPool(mysqlUrl)

  afterAll(async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${name}`)
    await admin.end()
    await pool.promise().end()
  })

  counterStoreContract('mysqlCounters', async () => ({ store: mysqlCounters(pool, { database: name }) }))
  counterStoreContract('mysqlCounters of mysql2/promise', async () => ({
    store: mysqlCounters(admin.pool, { database: name }),
  }))
})

describe('counter stores', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it.each([
    ['redisCounters', () => redisCounters({} as never)],
    ['postgresCounters', () => postgresCounters({} as never)],
    ['mysqlCounters', () => mysqlCounters({} as never, { database: 'app' })],
    ['a prefix', () => redisCounters({ multi() {}, del() {}, eval() {} }, { prefix: 'a*' })],
    ['a table', () => sqliteCounters({ table: 'x"; drop' })],
    ['a table', () => postgresCounters({ query() {} }, { table: '1' })],
    ['a database', () => mysqlCounters({ getConnection() {} }, { database: 'a`b' })],
  ])('refuses what can’t be one at creation: %s (rows 9, 97)', (_what, create) => {
    expect(create).toThrow(ConfigError)
  })

  it('keeps an SQLite file to its owner, and no typed name in it (row 93)', async () => {
    const { store, path, close } = openSqlite()
    await store.count('name:my password, typed in the wrong field', 1, 60)
    const counted = await store.peek('name:my password, typed in the wrong field')
    const { DatabaseSync } = await import('node:sqlite')
    const rows = new DatabaseSync(path).prepare('SELECT * FROM latchkey_count').all()
    await close?.()

    expect(counted.count).toBe(1)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(rows).toEqual([{ key: expect.stringMatching(/^[\da-f]{64}$/), points: 1, expire: expect.any(Number) }])
  })

  it('holds nobody up for longer than a window when the clock was set back a day (F9)', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { store } = openSqlite()
    await store.count('a', 1, 300)
    vi.setSystemTime(Date.now() - 86_400_000)

    expect(await store.count('a', 1, 300)).toMatchObject({ counted: true, count: 1 })
    expect((await store.count('a', 1, 300)).counted).toBe(false)
  })
})
