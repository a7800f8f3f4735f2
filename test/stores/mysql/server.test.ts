import { type Pool, createPool } from 'mysql2/promise'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError, UnavailableError, createAuth } from '../../../src/index.ts'
import { type MysqlPool, mysqlStore } from '../../../src/stores/mysql.ts'
import { printSchema } from '../../../src/cli/print-schema.ts'
import { at, sessionOf, userRecord } from '../../../src/testing/records.ts'
import { type TestDatabase, createMysqlDatabase } from '../../databases.ts'
import { isMissing, mysqlUrl } from '../../servers.ts'

/** A pool whose every statement fails. */
function failingPool(error: Error): MysqlPool {
  const execute = async (): Promise<never> => {
    throw error
  }
  return { getConnection: async () => ({ execute, release() {}, destroy() {} }) }
}

describe('mysqlStore on a pool that fails', () => {
  it.each([
    [1021, 'a full disk'],
    [1114, 'a full table'],
    [1040, 'too many connections'],
    [1203, 'too many connections of a user'],
    [1053, 'a server that shuts down'],
    [1205, 'a lock that is waited for too long'],
    [1213, 'a deadlock, again and again'],
    [1290, 'a read-only server'],
    [1927, 'a connection that was killed'],
    [1045, 'a password that was changed'],
  ])('is unavailable for error %i: %s', async (errno) => {
    const store = mysqlStore(failingPool(Object.assign(new Error('failed'), { errno, code: 'ER_FAILED' })))

    await expect(store.users.findById('x')).rejects.toThrow(UnavailableError)
  })

  it.each([
    ['ECONNREFUSED', 'connect ECONNREFUSED'],
    ['ETIMEDOUT', 'connect ETIMEDOUT'],
    ['PROTOCOL_CONNECTION_LOST', 'Connection lost: The server closed the connection.'],
    [undefined, "Can't add new command when connection is in closed state"],
    [undefined, 'Pool is closed.'],
    [undefined, 'Queue limit reached.'],
    [undefined, 'No connections available.'],
  ])('is unavailable when mysql2 says %s: “%s”', async (code, message) => {
    const store = mysqlStore(failingPool(Object.assign(new Error(message), { code })))

    await expect(store.users.findById('x')).rejects.toThrow(UnavailableError)
  })

  it.each([Object.assign(new Error('no such column'), { errno: 1054 }), new TypeError('A bug.')])(
    'hides no other error: %s',
    async (error) => {
      await expect(mysqlStore(failingPool(error)).users.findById('x')).rejects.toBe(error)
    },
  )

  it.each([
    [1045, /user or the password/],
    [1046, /No MySQL database is chosen/],
    [1049, /no such database/],
    [1142, /migrate --print/],
  ])('says at opening what is wrong at error %i', async (errno, sentence) => {
    const opening = mysqlStore(failingPool(Object.assign(new Error('failed'), { errno }))).open()

    await expect(opening).rejects.toThrow(ConfigError)
    await expect(opening).rejects.toThrow(sentence)
  })
})

describe('mysqlStore', () => {
  it.each([[null], [{}], [{ query() {} }]])('refuses what is no pool: %j', (pool) => {
    expect(() => mysqlStore(pool as never)).toThrow(/takes a pool of the package mysql2/)
  })

  it.each(['', 'x`; drop', '1st_', 'a.b', 'a-b'])('takes %j for no prefix of table names (row 9)', (tablePrefix) => {
    expect(() => mysqlStore(failingPool(new Error()), { tablePrefix })).toThrow(ConfigError)
  })
})

describe.skipIf(await isMissing('MySQL', mysqlUrl))('mysqlStore on a server', { timeout: 30_000 }, () => {
  let database: TestDatabase
  let pool: Pool

  beforeEach(async () => {
    database = await createMysqlDatabase()
    pool = createPool(database.url)
  })

  afterEach(async () => {
    await pool.end()
    await database.drop()
  })

  it('keeps instants that people can read, in UTC', async () => {
    const store = mysqlStore(pool)
    await store.open()
    const record = userRecord('ann')
    await store.users.create({ ...record, user: { ...record.user, lastLogin: new Date('2026-03-29T01:59:59.999Z') } })
    await store.sessions.create(sessionOf(record.user))

    expect(
      await database.run(`
        SELECT CAST(s.expires_at AS CHAR) AS expiry, CAST(u.last_login AS CHAR) AS login, u.active
        FROM latchkey_session s JOIN latchkey_user u ON u.id = s.user_id`),
    ).toEqual([{ expiry: '2026-01-01 00:01:00.000', login: '2026-03-29 01:59:59.999', active: 1 }])
  })

  it.each([new Date(0), new Date('1969-12-31T23:59:59.001Z'), new Date('9999-12-31T23:59:59.999Z'), at(0.001)])(
    'keeps %s to the millisecond',
    async (lastLogin) => {
      const store = mysqlStore(pool)
      await store.open()
      const { user } = userRecord('ann')
      await store.users.create(userRecord('ann', { user: { ...user, lastLogin } }))

      expect((await store.users.findById(user.id))?.lastLogin).toEqual(lastLogin)
    },
  )

  it('asks again for a statement that was rolled back in favor of another', async () => {
    const store = mysqlStore(pool)
    await store.open()
    const { user, ...keys } = userRecord('ann')
    await store.users.create({ user, ...keys })
    const session = sessionOf(user)
    await store.sessions.create(session)
    // The server rolls back whoever has changed less.
    await pool.query('CREATE TABLE weight (a INTEGER)')
    const other = await pool.getConnection()
    await other.query('BEGIN')
    await other.query('INSERT INTO weight VALUES ?', [Array.from({ length: 1_000 }, (_, index) => [index])])
    await other.query('UPDATE latchkey_user SET last_login = NULL, first_name = "Ann"')
    const extending = store.sessions.extend(session.tokenHash, at(30), at(90))
    await pool.query('SELECT SLEEP(0.2)')
    await other.query('SELECT * FROM latchkey_session FOR UPDATE')
    await other.query('COMMIT')
    other.release()

    expect(await extending).toBe(true)
    expect((await store.sessions.findWithUser(session.tokenHash))?.session.expiresAt).toEqual(at(90))
  })

  it('answers a session check while the server takes no writes, and none of those (F6)', async () => {
    const store = mysqlStore(pool)
    await store.open()
    const { user, ...keys } = userRecord('ann')
    await store.users.create({ user, ...keys })
    const session = sessionOf(user)
    await store.sessions.create(session)
    const replica = createPool({ uri: database.url, connectionLimit: 1 })
    await replica.query('SET SESSION TRANSACTION READ ONLY')
    const readOnly = mysqlStore(replica)

    expect(await readOnly.sessions.findWithUser(session.tokenHash)).not.toBeNull()
    await expect(readOnly.sessions.extend(session.tokenHash, at(30), at(90))).rejects.toThrow(UnavailableError)
    await expect(readOnly.users.endSessions(user.id)).rejects.toThrow(UnavailableError)
    await replica.end()
  })

  it('reads what others wrote since the connection was made (F17)', async () => {
    const single = createPool({ uri: database.url, connectionLimit: 1 })
    const store = mysqlStore(single)
    await store.open()
    const { user, ...keys } = userRecord('ann')
    await store.users.create({ user, ...keys })
    const session = sessionOf(user)
    await store.sessions.create(session)
    await store.sessions.findWithUser(session.tokenHash)
    await pool.query('DELETE FROM latchkey_session')

    expect(await store.sessions.findWithUser(session.tokenHash)).toBeNull()
    await single.end()
  })

  it('goes on making tables where a process that was killed stopped', async () => {
    const made = printSchema(database.url).split(';')
    await pool.query(made[0]?.replace(/^--.*$/m, '') ?? '')
    await pool.query(made[1] ?? '')
    const store = mysqlStore(pool)
    await store.open()

    expect(await store.users.create(userRecord('ann'))).toBeNull()
    expect(await database.run('SELECT version FROM latchkey_migration')).toHaveLength(4)
  })

  it('lets the tables be made elsewhere', async () => {
    const elsewhere = createPool({ uri: database.url, multipleStatements: true })
    await elsewhere.query(printSchema(database.url))
    const store = mysqlStore(pool)
    await store.open()

    expect(await store.users.create(userRecord('ann'))).toBeNull()
    await elsewhere.end()
  })

  it('refuses a database of a newer latchkey (F22)', async () => {
    await mysqlStore(pool).open()
    await pool.query('INSERT INTO latchkey_migration VALUES (99, NOW())')

    await expect(mysqlStore(pool).open()).rejects.toThrow(/made by a newer latchkey.*Upgrade latchkey/)
  })

  it.each([
    ['there is no such database', '/latchkey_nowhere', /no such database/],
    ['none was chosen', '/', /No MySQL database is chosen/],
  ])('says that %s', async (_what, path, sentence) => {
    const nowhere = createPool(new URL(path, database.url).href)

    await expect(mysqlStore(nowhere).open()).rejects.toThrow(sentence)
    await nowhere.end()
  })

  it('leaves the app’s pool open when it is closed', async () => {
    const store = mysqlStore(pool)
    await store.open()
    await store.close()

    expect(await database.run('SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(await store.users.list(null, 1)).toEqual([])
  })

  it('holds no token and nothing that works as one (rows 2, 3)', async () => {
    const auth = createAuth({ store: mysqlStore(pool), limits: null })
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
