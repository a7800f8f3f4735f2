// The least that a session check can be: Hono, one prepared SELECT by the token's SHA-256, and nothing else.
import { createHash, randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { hash } from '@node-rs/argon2'
import { Hono } from 'hono'
import { serveBenchmark } from './serve-benchmark.ts'

const database = new DatabaseSync(process.env['BENCH_DATABASE'] ?? ':memory:')
database.exec(`
  PRAGMA journal_mode = WAL;
  CREATE TABLE user (id TEXT PRIMARY KEY, username TEXT, email TEXT, active INTEGER, admin INTEGER, superuser INTEGER);
  CREATE TABLE session (token_hash TEXT PRIMARY KEY, user_id TEXT, expires_at INTEGER) WITHOUT ROWID;
`)
const find = database.prepare(`
  SELECT u.id, u.username, u.email, u.active, u.admin, u.superuser FROM session s JOIN user u ON u.id = s.user_id
  WHERE s.token_hash = ? AND s.expires_at > ?
`)
const addSession = database.prepare('INSERT INTO session VALUES (?, ?, ?)')
const passwordHash = await hash('correct horse battery', { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
database.prepare('INSERT INTO user VALUES (?, ?, ?, 1, 0, 0)').run('1', 'ann', 'ann@example.org')

const app = new Hono()
app.get('/public', (c) => c.json({ hello: 'world' }))
app.get('/me', (c) => {
  const token = /(?:^|; )id=([\w-]{43})(?:;|$)/.exec(c.req.header('cookie') ?? '')?.[1] ?? ''
  const tokenHash = createHash('sha256').update(token).digest('hex')
  const user = find.get(tokenHash, Date.now())
  return user === undefined ? c.json({ message: 'unauthorized' }, 401) : c.json({ username: user['username'] })
})

function startSession(): string {
  const token = randomBytes(32).toString('base64url')
  addSession.run(createHash('sha256').update(token).digest('hex'), '1', Date.now() + 86_400_000)
  return token
}

await serveBenchmark(app.fetch, { cookie: `id=${startSession()}`, passwordHash })
