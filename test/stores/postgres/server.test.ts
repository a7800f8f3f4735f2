import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError, UnavailableError, createAuth } from '../../../src/index.ts'
import { type PostgresPool, postgresStore } from '../../../src/stores/postgres.ts'
import { printSchema } from '../../../src/cli/print-schema.ts'
import { at, sessionOf, userRecord } from '../../../src/testing/records.ts'
import { type TestDatabase, createPostgresDatabase, openPostgresPool } from '../../databases.ts'
import { isMissing, postgresUrl } from '../../servers.ts'

/** A pool whose every statement fails. */
function failingPool(error: Error): PostgresPool {
  const fail = async (): Promise<never> => {
    throw error
  }
  return { query: fail, connect: fail }
}

describe('postgresStore on a pool that fails', () => {
  it.each([
    ['53100', 'a full disk'],
    ['53300', 'too many connections'],
    ['57P01', 'a server that shuts down'],
    ['57P03', 'a server that starts up'],
    ['57014', 'a canceled statement'],
    ['08006', 'a connection failure'],
    ['25006', 'a read-only server'],
    ['40P01', 'a deadlock, again and again'],
    ['28P01', 'a password that was changed'],
    ['ECONNREFUSED', 'a server that is down'],
    ['ENOTFOUND', 'a name that is gone'],
  ])('is unavailable for %s: %s', async (code) => {
    const store = postgresStore(failingPool(Object.assign(new Error('failed'), { code })))

    await expect(store.users.findById('x')).rejects.toThrow(UnavailableError)
  })

  it.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('is unavailable when pg says “%s”', async (message) => {
    await expect(postgresStore(failingPool(new Error(message))).users.findById('x')).rejects.toThrow(UnavailableError)
  })

  it.each([Object.assign(new Error('no such column'), { code: '42703' }), new TypeError('A bug.')])(
    'hides no other error: %s',
    async (error) => {
      await expect(postgresStore(failingPool(error)).users.findById('x')).rejects.toBe(error)
    },
  )

  it.each([
    ['28P01', /user or the password/],
    ['3D000', /no such database/],
    ['42501', /migrate --print/],
    ['42P07', /tablePrefix/],
  ])('says at opening what is wrong at %s', async (code, sentence) => {
    const opening = postgresStore(failingPool(Object.assign(new Error('failed'), { code }))).open()

    await expect(opening).rejects.toThrow(ConfigError)
    await expect(opening).rejects.toThrow(sentence)
  })

  it('asks again for a statement that was rolled back in favor of another', async () => {
    const errors = [Object.assign(new Error('deadlock detected'), { code: '40P01' })]
    const store = postgresStore({
      async query() {
        const error = errors.pop()
        if (error !== undefined) throw error
        return { rows: [], rowCount: 1 }
      },
      connect: () => Promise.reject(new Error('not asked for')),
    })

    expect(await store.users.endSessions('x')).toBe(true)
  })
})

describe('postgresStore', () => {
  it.each([[null], [{}], [{ query() {} }]])('refuses what is no pool: %j', (pool) => {
    expect(() => postgresStore(pool as never)).toThrow(/takes a Pool of the package pg/)
  })

  it.each(['', 'x"; drop', '1st_', 'a.b', 'a-b'])('takes %j for no prefix of table names (row 9)', (tablePrefix) => {
    expect(() => postgresStore(failingPool(new Error()), { tablePrefix })).toThrow(ConfigError)
  })
})

describe.skipIf(await isMissing('PostgreSQL', postgresUrl))('postgresStore on a server', { timeout: 30_000 }, () => {
  const role = `latchkey_test_${process.pid}`
  let database: TestDatabase
  let pool: Pool

  beforeAll(async () => {
    const admin = openPostgresPool(postgresUrl, { max: 1 })
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret' CONNECTION LIMIT 1`)
    await admin.end()
  })

  afterAll(async () => {
    const admin = openPostgresPool(postgresUrl, { max: 1 })
    await admin.query(`DROP ROLE ${role}`)
    await admin.end()
  })

  beforeEach(async () => {
    database = await createPostgresDatabase()
    pool = openPostgresPool(database.url)
  })

  afterEach(async () => {
    await pool.end()
    await database.drop()
  })

  /** As a user who may neither make tables nor have more than one connection. */
  function openAsGuest(): Pool {
    const url = new URL(database.url)
    url.username = role
    url.password = 'secret'
    return openPostgresPool(url.href, { connectionTimeoutMillis: 500 })
  }

  it('keeps instants that people can read, whatever the time zone', async () => {
    const store = postgresStore(pool)
    await store.open()
    const record = userRecord('ann')
    await store.users.create({ ...record, user: { ...record.user, lastLogin: new Date('2026-03-29T01:59:59.999Z') } })
    await store.sessions.create(sessionOf(record.user))

    expect(
      await database.run(`
        SELECT s.expires_at = '2026-01-01 00:01:00+00' AS expiry, u.last_login = '2026-03-29 01:59:59.999+00' AS login,
          u.active FROM latchkey_session s JOIN latchkey_user u ON u.id = s.user_id`),
    ).toEqual([{ expiry: true, login: true, active: true }])
  })

  it.each([new Date(0), new Date(-62_135_596_800_000), new Date('9999-12-31T23:59:59.999Z'), at(0.001)])(
    'keeps %s to the millisecond',
    async (lastLogin) => {
      const store = postgresStore(pool)
      await store.open()
      const { user } = userRecord('ann')
      await store.users.create(userRecord('ann', { user: { ...user, lastLogin } }))

      expect((await store.users.findById(user.id))?.lastLogin).toEqual(lastLogin)
    },
  )

  it('lets the tables be made elsewhere, and then needs no right to make any', async () => {
    await pool.query(`REVOKE CREATE ON SCHEMA public FROM PUBLIC`)
    const guests = openAsGuest()
    const store = postgresStore(guests)
    await expect(store.open()).rejects.toThrow(/migrate --print/)
    await pool.query(printSchema(database.url))
    await pool.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`)
    await store.open()

    expect(await store.users.create(userRecord('ann'))).toBeNull()
    await guests.end()
  })

  it('answers a session check while the server takes no writes, and none of those (F6)', async () => {
    const store = postgresStore(pool)
    await store.open()
    const { user, ...keys } = userRecord('ann')
    await store.users.create({ user, ...keys })
    const session = sessionOf(user)
    await store.sessions.create(session)
    const replica = openPostgresPool(database.url, { options: '-c default_transaction_read_only=on' })
    const readOnly = postgresStore(replica)
    await readOnly.open()

    expect(await readOnly.sessions.findWithUser(session.tokenHash)).not.toBeNull()
    await expect(readOnly.sessions.extend(session.tokenHash, at(30), at(90))).rejects.toThrow(UnavailableError)
    await expect(readOnly.users.endSessions(user.id)).rejects.toThrow(UnavailableError)
    await replica.end()
  })

  it('is unavailable when the server has no connection left', async () => {
    const store = postgresStore(pool)
    await store.open()
    await pool.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`)
    const [one, other] = [openAsGuest(), openAsGuest()]
    await one.query('SELECT 1')

    await expect(postgresStore(other).users.findById('x')).rejects.toThrow(UnavailableError)
    await Promise.all([one.end(), other.end()])
  })

  it('refuses a database of a newer latchkey (F22)', async () => {
    await postgresStore(pool).open()
    await pool.query('INSERT INTO latchkey_migration VALUES (99, now())')

    await expect(postgresStore(pool).open()).rejects.toThrow(/made by a newer latchkey.*Upgrade latchkey/)
  })

  it('brings the tables of an older latchkey up to date, and keeps what is in them (F22)', async () => {
    await pool.query(printSchema(database.url).split('-- Version 2')[0] ?? '')
    const store = postgresStore(pool)
    await store.open()

    expect(await store.devices.find('none')).toBeNull()
    expect((await pool.query('SELECT version FROM latchkey_migration')).rows).toHaveLength(4)
  })

  it('refuses a database that can’t hold every character', async () => {
    const latin = await createPostgresDatabase("ENCODING LATIN1 TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    const latinPool = openPostgresPool(latin.url)

    await expect(postgresStore(latinPool).open()).rejects.toThrow(/encoded in UTF8/)
    await latinPool.end()
    await latin.drop()
  })

  it('says that there is no such database', async () => {
    const nowhere = openPostgresPool(new URL('/latchkey_nowhere', database.url).href)

    await expect(postgresStore(nowhere).open()).rejects.toThrow(/no such database/)
    await nowhere.end()
  })

  it('leaves the app’s pool open when it is closed', async () => {
    const store = postgresStore(pool)
    await store.open()
    await store.close()

    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })

  it('holds no token and nothing that works as one (rows 2, 3)', async () => {
    const auth = createAuth({ store: postgresStore(pool), limits: null })
    const ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
    const token = (await auth.sessions.start(ann))?.token ?? ''
    const rows = await database.run('SELECT * FROM latchkey_user u JOIN latchkey_session s ON s.user_id = u.id')
    const values = rows.flatMap((row) => Object.values(row ?? {})).map(String)
    const found = await Promise.all(values.map((value) => auth.sessions.find(value)))

    expect(values.length).toBeGreaterThan(10)
    expect(values.filter((value) => value.includes(token) || value.includes('horse'))).toEqual([])
    expect(found.filter((live) => live !== null)).toEqual([])
  })
})
