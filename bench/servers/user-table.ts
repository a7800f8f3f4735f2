import { DatabaseSync } from 'node:sqlite'
import { hash, verify } from '@node-rs/argon2'
import type { Pool } from 'pg'
import { password, poolSize, postgresUrl, sqliteFile, store } from './environment.ts'

export interface User {
  readonly id: string
  readonly username: string
}

/** The users of every server that brings none of its own: one table, asked by prepared statements. */
export interface UserTable {
  find(id: string): User | undefined | Promise<User | undefined>
  checkPassword(username: string, given: string): Promise<User | null>
}

type StoredUser = User & { readonly password_hash: string }

const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const createTable = `
  CREATE TABLE IF NOT EXISTS account (
    id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, email TEXT, active INTEGER, admin INTEGER, superuser INTEGER,
    password_hash TEXT NOT NULL
  )`
const columns = 'id, username, email, active, admin, superuser'

export function openSqlite(): DatabaseSync {
  const database = new DatabaseSync(sqliteFile, { timeout: 1000 })
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${createTable}`)
  return database
}

export async function openPostgres(): Promise<Pool> {
  const { Pool } = await import('pg')
  const pool = new Pool({ connectionString: postgresUrl, max: poolSize }).on('error', () => undefined)
  await pool.query(createTable)
  return pool
}

export function openUserTable(): Promise<UserTable> {
  return store === 'postgres' ? openPostgres().then(postgresUsers) : sqliteUsers(openSqlite())
}

export async function sqliteUsers(database: DatabaseSync): Promise<UserTable> {
  const byId = database.prepare(`SELECT ${columns} FROM account WHERE id = ?`)
  const byName = database.prepare(`SELECT ${columns}, password_hash FROM account WHERE username = ?`)
  if (byName.get('ann') === undefined) {
    database
      .prepare(`INSERT INTO account VALUES ('1', 'ann', 'ann@example.org', 1, 0, 0, ?)`)
      .run(await hash(password, cost))
  }
  return {
    find: (id) => byId.get(id) as User | undefined,
    checkPassword: (username, given) => checkHash(byName.get(username) as StoredUser | undefined, given),
  }
}

export async function postgresUsers(pool: Pool): Promise<UserTable> {
  const byName = { name: 'by_name', text: `SELECT ${columns}, password_hash FROM account WHERE username = $1` }
  const byId = { name: 'by_id', text: `SELECT ${columns} FROM account WHERE id = $1` }
  const insert = `INSERT INTO account VALUES ('1', 'ann', 'ann@example.org', 1, 0, 0, $1) ON CONFLICT DO NOTHING`
  const { rows } = await pool.query<StoredUser>(byName, ['ann'])
  if (rows.length === 0) await pool.query(insert, [await hash(password, cost)])
  return {
    find: async (id) => (await pool.query<User>(byId, [id])).rows[0],
    checkPassword: async (username, given) =>
      checkHash((await pool.query<StoredUser>(byName, [username])).rows[0], given),
  }
}

async function checkHash(user: StoredUser | undefined, given: string): Promise<User | null> {
  return user !== undefined && (await verify(user.password_hash, given)) ? user : null
}
