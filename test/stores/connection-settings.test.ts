import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createClient, RESP_TYPES } from 'redis'
import { Redis } from 'ioredis'
import { createPool as createCallbackPool } from 'mysql2'
import { createPool } from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError, createAuth } from '../../src/index.ts'
import { mysqlCounters, postgresCounters } from '../../src/stores/counters.ts'
import { mysqlStore } from '../../src/stores/mysql.ts'
import { postgresStore } from '../../src/stores/postgres.ts'
import { redisSessions } from '../../src/stores/redis.ts'
import { sqliteStore } from '../../src/stores/sqlite.ts'
import { type TestDatabase, createMysqlDatabase, createPostgresDatabase, openPostgresPool } from '../databases.ts'
import { isMissing, mysqlUrl, postgresUrl, redisUrl } from '../servers.ts'

const isMysqlMissing = await isMissing('MySQL', mysqlUrl)
const isPostgresMissing = await isMissing('PostgreSQL', postgresUrl)

describe.skipIf(isMysqlMissing)('mysqlStore on a connection that was set otherwise (B5)', () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createMysqlDatabase()
  })
  afterAll(() => database.drop())

  it.each(['latin1', 'latin2', 'cp1250', 'ascii', 'utf8', 'big5'])('refuses the charset %s', async (charset) => {
    const pool = createPool({ uri: database.url, charset })

    await expect(mysqlStore(pool).open()).rejects.toThrow(/changes letters.*utf8mb4/)
    await pool.end()
  })

  it('refuses another charset in a URL, and tells whoever waits for the app to be ready', async () => {
    const auth = createAuth({ store: `${database.url}?charset=latin1` })

    await expect(auth.ready()).rejects.toThrow(ConfigError)
    await expect(auth.ready()).rejects.toThrow(/utf8mb4/)
    await auth.close()
  })

  it.each([
    ["SET NAMES 'latin1'", /utf8mb4/],
    ["SET character_set_results = 'latin1'", /utf8mb4/],
    ["SET sql_mode = ''", /STRICT_TRANS_TABLES/],
    ['SET autocommit = 0', /autocommit at 1/],
    ['SET foreign_key_checks = 0', /foreign_key_checks/],
    ['SET unique_checks = 0', /unique_checks/],
  ])('refuses what %s does to each connection', async (statement, sentence) => {
    const pool = createPool(database.url)
    pool.on('connection', (connection) => void connection.query(statement))

    await expect(mysqlStore(pool).open()).rejects.toThrow(ConfigError)
    await expect(mysqlStore(pool).open()).rejects.toThrow(sentence)
    await pool.end()
  })

  it.each([
    "SET sql_mode = 'ANSI,TRADITIONAL,NO_BACKSLASH_ESCAPES'",
    "SET time_zone = '-11:00'",
    "SET NAMES 'utf8mb4' COLLATE 'utf8mb4_bin'",
  ])('takes a connection after %s', async (statement) => {
    const pool = createPool({ uri: database.url, supportBigNumbers: true, bigNumberStrings: true, dateStrings: true })
    pool.on('connection', (connection) => void connection.query(statement))

    await expect(mysqlStore(pool).open()).resolves.toBeUndefined()
    await pool.end()
  })
})

describe.skipIf(isPostgresMissing)('postgresStore on a connection that was set otherwise (B5)', () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createPostgresDatabase()
  })
  afterAll(() => database.drop())

  it.each([
    ['client_encoding', 'LATIN2', /client_encoding.*UTF8/],
    ['session_replication_role', 'replica', /foreign keys/],
    ['extra_float_digits', '-10', /extra_float_digits/],
  ])('refuses %s %s', async (name, value, sentence) => {
    const pool = openPostgresPool(database.url)
    pool.on('connect', (client) => void client.query(`SET ${name} = '${value}'`))

    await expect(postgresStore(pool).open()).rejects.toThrow(ConfigError)
    await expect(postgresStore(pool).open()).rejects.toThrow(sentence)
    await pool.end()
  })

  it.each([pg.types.builtins.TEXT, pg.types.builtins.BOOL, pg.types.builtins.INT4, pg.types.builtins.FLOAT8])(
    'refuses a type parser of the app’s own for type %i',
    async (type) => {
      const pool = openPostgresPool(database.url, { types: parsing(type) })

      await expect(postgresStore(pool).open()).rejects.toThrow(/type parsers/)
      await pool.end()
    },
  )

  it('takes type parsers for what it never asks for, and any way of writing dates', async () => {
    const { INT8, NUMERIC, TIMESTAMPTZ, TIMESTAMP, DATE } = pg.types.builtins
    const pool = openPostgresPool(database.url, { types: parsing(INT8, NUMERIC, TIMESTAMPTZ, TIMESTAMP, DATE) })
    pool.on('connect', (client) => void client.query("SET datestyle = 'SQL, DMY'; SET timezone = 'Asia/Kathmandu'"))

    await expect(postgresStore(pool).open()).resolves.toBeUndefined()
    await pool.end()
  })

  it('looks at a database whose tables are there already, too', async () => {
    const ascii = await createPostgresDatabase("ENCODING SQL_ASCII TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    const pool = openPostgresPool(ascii.url)
    await pool.query('CREATE TABLE latchkey_migration (version integer, applied_at timestamptz)')
    await pool.query('INSERT INTO latchkey_migration VALUES (1, now())')

    await expect(postgresStore(pool).open()).rejects.toThrow(/encoded in SQL_ASCII/)
    await pool.end()
    await ascii.drop()
  })
})

/** Gives a mark instead of any value of these types. */
function parsing(...types: readonly number[]): pg.CustomTypesConfig {
  return {
    getTypeParser: (type: number, format?: 'text' | 'binary') =>
      types.includes(type) ? () => 'parsed' : pg.types.getTypeParser(type, format),
  }
}

describe('counters on a client that was set otherwise (B5)', () => {
  it.skipIf(isMysqlMissing)('refuse rows that are arrays', async () => {
    const database = await createMysqlDatabase()
    const pool = createCallbackPool({ uri: database.url, rowsAsArray: true })
    const counters = mysqlCounters(pool, { database: new URL(database.url).pathname.slice(1) })

    await expect(counters.count('key', 1, 60)).rejects.toThrow(/plain rows and numbers/)
    pool.end()
    await database.drop()
  })

  it.skipIf(isPostgresMissing)('refuse numbers that can’t be counted with', async () => {
    const database = await createPostgresDatabase()
    const int8: number = pg.types.builtins.INT8
    const types = { getTypeParser: (type: number) => (type === int8 ? BigInt : pg.types.getTypeParser(type)) }
    const pool = openPostgresPool(database.url, { types })

    await expect(postgresCounters(pool).count('key', 1, 60)).rejects.toThrow(/plain rows and numbers/)
    await pool.end()
    await database.drop()
  })
})

describe('sqliteStore on a file that was made otherwise (B5)', () => {
  it('refuses one in UTF-16', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'latchkey-utf16-')), 'app.db')
    const database = new DatabaseSync(path)
    database.exec("PRAGMA encoding = 'UTF-16le'; CREATE TABLE own (a TEXT)")
    database.close()

    await expect(sqliteStore({ path }).open()).rejects.toThrow(/encoded in UTF-16/)
  })
})

describe.skipIf(await isMissing('Redis', redisUrl))('redisSessions on a client that was set otherwise (B5)', () => {
  it('takes clients that give bytes, or put a prefix of their own before keys', async () => {
    const bytes = createClient({ url: redisUrl, commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } } })
    await bytes.connect()
    const prefixed = new Redis(redisUrl, { keyPrefix: 'latchkey_test_app:' })

    await expect(redisSessions(bytes).open(() => {})).resolves.toBeUndefined()
    await expect(redisSessions(prefixed).open(() => {})).resolves.toBeUndefined()
    bytes.destroy()
    prefixed.disconnect()
  })

  it('refuses one that makes something else of replies', async () => {
    const client = new Redis(redisUrl)
    const changing = new Proxy(client, {
      get: (target, name) =>
        name === 'eval'
          ? async (...args: unknown[]) => String(await Reflect.apply(target.eval, target, args))
          : Reflect.get(target, name),
    })

    await expect(redisSessions(changing).open(() => {})).rejects.toThrow(/changes what Redis replies/)
    client.disconnect()
  })
})
