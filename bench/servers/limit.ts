// The least that session login can be, on each store: one prepared look-up by the SHA-256 of the cookie, and nothing else.
import { hash, randomBytes } from 'node:crypto'
import { redisPrefix, redisUrl, store } from './environment.ts'
import { type User, openPostgres, openSqlite, postgresUsers, sqliteUsers } from './user-table.ts'

export interface Limit {
  findUser(cookie: string | undefined): Promise<User | undefined>
  /** The new session's cookie; `null` when the password is wrong. */
  logIn(username: string, given: string): Promise<string | null>
  logOut(cookie: string | undefined): Promise<void>
}

const lifeMs = 86_400_000
const createSessions = `
  CREATE TABLE IF NOT EXISTS limit_session (token_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, expires_at BIGINT NOT NULL)`
const select = `
  SELECT u.id, u.username, u.email, u.active, u.admin, u.superuser
  FROM limit_session s JOIN account u ON u.id = s.user_id`

interface Sessions {
  checkPassword(username: string, given: string): Promise<User | null>
  find(tokenHash: string): Promise<User | undefined>
  add(tokenHash: string, user: User): Promise<void>
  delete(tokenHash: string): Promise<void>
}

export async function openLimit(): Promise<Limit> {
  const sessions = await { sqlite: inSqlite, postgres: inPostgres, redis: inRedis }[store]()
  return {
    async findUser(cookie) {
      const tokenHash = hashOf(cookie)
      return tokenHash === undefined ? undefined : sessions.find(tokenHash)
    },
    async logIn(username, given) {
      const user = await sessions.checkPassword(username, given)
      if (user === null) return null
      const token = randomBytes(32).toString('base64url')
      await sessions.add(hash('sha256', token), user)
      return `id=${token}; HttpOnly; SameSite=Lax; Path=/`
    },
    async logOut(cookie) {
      const tokenHash = hashOf(cookie)
      if (tokenHash !== undefined) await sessions.delete(tokenHash)
    },
  }
}

function hashOf(cookie = ''): string | undefined {
  const token = /(?:^|; )id=([\w-]{43})(?:;|$)/.exec(cookie)?.[1]
  return token === undefined ? undefined : hash('sha256', token)
}

async function inSqlite(): Promise<Sessions> {
  const database = openSqlite()
  database.exec(`${createSessions} WITHOUT ROWID`)
  const find = database.prepare(`${select} WHERE s.token_hash = ? AND s.expires_at > ?`)
  const add = database.prepare('INSERT INTO limit_session VALUES (?, ?, ?)')
  const remove = database.prepare('DELETE FROM limit_session WHERE token_hash = ?')
  const { checkPassword } = await sqliteUsers(database)
  return {
    checkPassword,
    find: async (tokenHash) => find.get(tokenHash, Date.now()) as User | undefined,
    add: async (tokenHash, { id }) => void add.run(tokenHash, id, Date.now() + lifeMs),
    delete: async (tokenHash) => void remove.run(tokenHash),
  }
}

async function inPostgres(): Promise<Sessions> {
  const pool = await openPostgres()
  await pool.query(createSessions)
  const find = { name: 'find', text: `${select} WHERE s.token_hash = $1 AND s.expires_at > $2` }
  const { checkPassword } = await postgresUsers(pool)
  return {
    checkPassword,
    find: async (tokenHash) => (await pool.query<User>(find, [tokenHash, Date.now()])).rows[0],
    add: async (tokenHash, { id }) =>
      void (await pool.query('INSERT INTO limit_session VALUES ($1, $2, $3)', [tokenHash, id, Date.now() + lifeMs])),
    delete: async (tokenHash) =>
      void (await pool.query('DELETE FROM limit_session WHERE token_hash = $1', [tokenHash])),
  }
}

async function inRedis(): Promise<Sessions> {
  const { Redis } = await import('ioredis')
  const redis = new Redis(redisUrl)
  const users = await sqliteUsers(openSqlite())
  const key = (tokenHash: string): string => `${redisPrefix}:${tokenHash}`
  return {
    checkPassword: users.checkPassword,
    async find(tokenHash) {
      const userId = await redis.get(key(tokenHash))
      return userId === null ? undefined : users.find(userId)
    },
    add: async (tokenHash, { id }) => void (await redis.set(key(tokenHash), id, 'PX', lifeMs)),
    delete: async (tokenHash) => void (await redis.del(key(tokenHash))),
  }
}
