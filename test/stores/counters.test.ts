import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createPool } from 'mysql2'
import { Pool } from 'pg'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import {
  type SqliteCounters,
  mysqlCounters,
  postgresCounters,
  redisCounters,
  sqliteCounters,
} from '../../src/stores/counters.ts'
import { type OpenCounters, counterStoreContract } from '../../src/testing/counter-store-contract.ts'
import type { CounterStore } from '../../src/throttle/counter-store.ts'
import { startLoginApp } from '../endpoints/login-app.ts'
import { type TestDatabase, createMysqlDatabase, createPostgresDatabase, openPostgresPool } from '../databases.ts'
import { isMissing, mysqlUrl, postgresUrl, redisUrl } from '../servers.ts'

const prefix = `latchkey_test_${process.pid}_${Date.now().toString(36)}`
const folder = mkdtempSync(join(tmpdir(), 'latchkey-counters-'))
let files = 0

function openSqlite(): OpenCounters & { readonly store: SqliteCounters; readonly path: string } {
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
    const keys = await redis.keys(`${prefix}:*`)
    if (keys.length > 0) await redis.del(keys)
    redis.disconnect()
    client.destroy()
  })

  counterStoreContract('redisCounters of ioredis', async () => ({ store: redisCounters(redis, { prefix }) }))
  counterStoreContract('redisCounters of redis', async () => ({ store: redisCounters(client, { prefix }) }))

  it('leaves no key without an end in Redis', async () => {
    const store = redisCounters(redis, { prefix })
    await store.takeBack('never counted')
    await store.count('a', 1, 60)
    await store.count('a', 1, 60)
    const lives = await Promise.all((await redis.keys(`${prefix}:*`)).map((key) => redis.ttl(key)))

    expect(lives.length).toBeGreaterThan(0)
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(0)
  })
})

describe.skipIf(await isMissing('PostgreSQL', postgresUrl))('PostgreSQL', () => {
  let database: TestDatabase
  let pool: Pool

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = openPostgresPool(database.url)
  })

  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  counterStoreContract('postgresCounters', async () => ({ store: postgresCounters(pool) }))

  it.each([true, false])('prepares statements for postgresCounters with namedStatements: %s alone', async (named) => {
    const client = openPostgresPool(database.url, { max: 1 })
    const store = postgresCounters(client, { namedStatements: named })
    await store.count('a', 9, 60)
    await store.takeBack('a')
    await store.forget('a')
    const { rows } = await client.query('SELECT name FROM pg_prepared_statements')
    await client.end()

    expect(rows.length > 0).toBe(named)
  })
})

describe.skipIf(await isMissing('MySQL', mysqlUrl))('MySQL', () => {
  let testDatabase: TestDatabase
  let pool: ReturnType<typeof createPool>
  let database: string

  beforeAll(async () => {
    testDatabase = await createMysqlDatabase()
    database = new URL(testDatabase.url).pathname.slice(1)
    pool = createPool(testDatabase.url)
  })

  afterAll(async () => {
    await pool.promise().end()
    await testDatabase.drop()
  })

  counterStoreContract('mysqlCounters', async () => ({ store: mysqlCounters(pool, { database }) }))
  counterStoreContract('mysqlCounters of mysql2/promise', async () => ({
    store: mysqlCounters(pool.promise().pool, { database }),
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

  it('deletes from an SQLite file what has expired, and nothing else (row 75)', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    const { store, path, close } = openSqlite()
    const { insert, countRows } = await openTable(store, path)
    insert('without an end', 1, null)
    await store.count('a long window', 9, 7 * 86_400)
    await countMany(store, 500)
    vi.advanceTimersByTime(3 * hourMs)
    await countMany(store, 20)

    await vi.waitFor(() => expect(countRows()).toBe(22), { timeout: 5_000 })
    expect(await store.peek('a long window')).toMatchObject({ count: 1 })
    vi.advanceTimersByTime(3 * hourMs)
    await countMany(store, 1)
    await vi.waitFor(() => expect(countRows()).toBe(3), { timeout: 5_000 })
    await close?.()
  })

  it('goes on when an SQLite file can’t be cleaned, and cleans it later', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    const { store, path, close } = openSqlite()
    const { database, insert, countRows } = await openTable(store, path)
    insert('expired', 1, Date.now() - hourMs)
    vi.advanceTimersByTime(hourMs)
    await store.count('a', 9, 60)
    database.exec('BEGIN IMMEDIATE')
    await sleep(50)
    vi.advanceTimersByTime(hourMs)
    await sleep(150)
    database.exec('ROLLBACK')
    const left = countRows()
    vi.advanceTimersByTime(hourMs)
    await store.count('a', 9, 60)

    expect(left).toBe(3)
    await vi.waitFor(() => expect(countRows()).toBe(1), { timeout: 5_000 })
    vi.advanceTimersByTime(hourMs)
    await store.count('b', 9, 60)
    await close?.()
    // What was left to clean must not end the process.
    await sleep(50)
  })

  it('opens an SQLite file again after it was closed', async () => {
    const { store } = openSqlite()
    store.close()
    await store.count('a', 9, 60)
    store.close()
    store.close()

    expect(await store.count('a', 9, 60)).toMatchObject({ counted: true, count: 2 })
    store.close()
    expect(await store.peek('a')).toMatchObject({ count: 2 })
    store.close()
  })

  it('opens an SQLite file again after it was closed while it was opened', async () => {
    const { store } = openSqlite()
    const first = store.count('a', 9, 60)
    for (let turn = 0; turn < 30; turn += 1) {
      store.close()
      await Promise.resolve()
    }
    await Promise.allSettled([first])
    await store.forget('a')

    expect(await store.count('a', 9, 60)).toMatchObject({ counted: true, count: 1 })
    store.close()
  })

  it.each<[string, () => CounterStore]>([
    ['Redis', () => redisCounters(quiet(new Redis({ port: 1, retryStrategy: () => null, maxRetriesPerRequest: 0 })))],
    ['PostgreSQL', () => postgresCounters(new Pool({ host: '127.0.0.1', port: 1 }))],
    ['MySQL', () => mysqlCounters(createPool({ host: '127.0.0.1', port: 1 }), { database: 'app' })],
    ['SQLite', () => sqliteCounters({ path: join(folder, 'no such folder', 'counts.db') })],
  ])('let logins go on with half of each limit while there is no %s (F18)', async (_name, open) => {
    const app = await startLoginApp({ auth: { limits: {}, counters: open() } })
    const before = app.auth.wiring.hashPool.stats().hashes
    const wrong = { username: 'ann', password: 'wrong password' }
    await Promise.all(Array.from({ length: 12 }, () => app.postForm('/login/', wrong)))
    const looked = app.auth.wiring.hashPool.stats().hashes - before

    expect(looked).toBe(5)
    expect((await app.postForm('/login/', { username: 'nobody', password: 'x' })).status).toBe(401)
    const failed = app.events.filter(({ type }) => type === 'counters_failed')
    expect(failed.map(({ error }) => error)).toEqual([expect.any(Error)])
  })
})

const hourMs = 3_600_000

async function countMany(store: CounterStore, keys: number): Promise<void> {
  const now = Date.now()
  for (let key = 0; key < keys; key += 1) await store.count(`${now} ${key}`, 9, 1)
}

/** Another connection to a file of counts, in which one is, and which was cleaned a moment ago. */
async function openTable(store: CounterStore, path: string) {
  await store.count('the first', 9, 1)
  await sleep(50)
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(path)
  const insertion = database.prepare('INSERT INTO latchkey_count (key, points, expire) VALUES (?, ?, ?)')
  return {
    database,
    insert: (key: string, points: number, expire: number | null) => insertion.run(key, points, expire),
    countRows: () => database.prepare('SELECT count(*) AS rows FROM latchkey_count').get()?.['rows'],
  }
}

function quiet(redis: Redis): Redis {
  return redis.on('error', () => undefined)
}
