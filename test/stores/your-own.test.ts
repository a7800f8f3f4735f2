import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Redis } from 'ioredis'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SplitStore, type Store, type UserStore, createAuth } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { postgresStore } from '../../src/stores/postgres.ts'
import { printSchema } from '../../src/cli/print-schema.ts'
import { redisSessions } from '../../src/stores/redis.ts'
import { deviceStoreContract, sessionStoreContract, userStoreContract } from '../../src/testing/contracts.ts'
import { type TestDatabase, createPostgresDatabase, openPostgresPool } from '../databases.ts'
import { isMissing, postgresUrl, redisUrl } from '../servers.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/stores/your-own.md'), 'utf8')
const [createTable = '', addColumns = '', createView = ''] = blocksOf('sql')

// Python's hashlib.pbkdf2_hmac('sha256', 'correct horse', salt, 1000), as Piccolo and Django write it.
const oldHash =
  'pbkdf2_sha256$1000$0f1e2d3c4b5a69788796a5b4c3d2e1f0$ae8c4d7364a46e5e5bfee4461dfc446d0e11b505ad8db8f962bc2c7a351c73b2'

function blocksOf(language: string): string[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))
  return [...blocks].map(([, code = '']) => code)
}

/** The page's own code, on latchkey's sources. */
async function importMembers(folder: string): Promise<{ memberUsers(pool: Pool): UserStore }> {
  const file = join(folder, 'members.ts')
  const code = blocksOf('ts').find((block) => block.includes('export function memberUsers')) ?? ''
  writeFileSync(file, code.replace("'latchkey'", `'${join(root, 'src/index.ts')}'`))
  return import(/* @vite-ignore */ pathToFileURL(file).href)
}

const isLeftOut = (await isMissing('PostgreSQL', postgresUrl)) || (await isMissing('Redis', redisUrl))

describe.skipIf(isLeftOut)('the store of users that were there already', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-your-own-'))
  const redis = new Redis(redisUrl, { lazyConnect: true })
  const prefix = `latchkey_test_${randomUUID().replaceAll('-', '')}`
  let database: TestDatabase
  let memberUsers: (pool: Pool) => UserStore

  beforeAll(async () => {
    database = await createPostgresDatabase()
    memberUsers = (await importMembers(folder)).memberUsers
    await redis.connect()
  })

  afterAll(async () => {
    const keys = await redis.keys(`${prefix}*`)
    if (keys.length > 0) await redis.del(keys)
    redis.disconnect()
    await database.drop()
    rmSync(folder, { recursive: true })
  })

  /** A pool whose tables are its own, made by these statements. */
  async function openPool(...statements: string[]): Promise<Pool> {
    const schema = `s${randomUUID().replaceAll('-', '')}`
    await database.run(`CREATE SCHEMA ${schema}`)
    const pool = openPostgresPool(database.url, { options: `-c search_path=${schema}` })
    for (const statement of statements) await pool.query(statement)
    return pool
  }

  /** A store over a table in which there are the users that `insert` adds. */
  async function createStore(insert = ''): Promise<SplitStore> {
    const pool = await openPool(createTable, insert, addColumns)
    return {
      users: memberUsers(pool),
      sessions: redisSessions(redis, { prefix: `${prefix}_${randomUUID().replaceAll('-', '')}` }),
      devices: memoryStore().devices,
      open: async () => {},
      close: () => pool.end(),
    }
  }

  async function createViewStore(): Promise<Store> {
    const printed = printSchema('postgres://x')
      .replace(/CREATE TABLE latchkey_user .*?;/s, createView)
      .replaceAll('latchkey_user (id)', 'member (login_id)')
    const pool = await openPool(createTable, addColumns, printed)
    return { ...postgresStore(pool), close: () => pool.end() }
  }

  async function createRenamedStore(): Promise<Store> {
    const [names = ''] = blocksOf('json')
    const pool = await openPool(createTable, addColumns)
    return { ...postgresStore(pool, JSON.parse(names)), close: () => pool.end() }
  }

  userStoreContract('the table of members, by its names', createRenamedStore)
  sessionStoreContract('the table of members, by its names', createRenamedStore)
  deviceStoreContract('the table of members, by its names', createRenamedStore)

  userStoreContract('the table of members', () => createStore())
  sessionStoreContract('the table of members, with Redis', () => createStore(), { forgetsExpired: true })

  userStoreContract('the view of members', createViewStore)
  sessionStoreContract('the view of members', createViewStore)
  deviceStoreContract('the view of members', createViewStore)

  it('lets a user in who was there before, and keeps a hash of its own from then on (row 56)', async () => {
    const insert = `INSERT INTO member (login, mail, pwd) VALUES ('Ann', 'Ann@app.example', '${oldHash}')`
    const store = await createStore(insert)
    const auth = createAuth({ store, limits: null, onEvent: () => {} })
    const byName = await auth.users.checkLogin('ann', 'correct horse')
    const byAddress = await auth.users.checkLogin('ann@app.example', 'correct horse')
    const wrong = await auth.users.checkLogin('ann', 'wrong horse')
    const record = await store.users.findByUsername('ann')
    await auth.close()

    expect(byName).toMatchObject({ ok: true, user: { username: 'Ann' } })
    expect(byAddress).toMatchObject({ ok: true, user: byName.user })
    expect(wrong.ok).toBe(false)
    expect(record?.passwordHash).toMatch(/^\$argon2id\$/)
  })
})
