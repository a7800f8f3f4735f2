import { DatabaseSync } from 'node:sqlite'
import { hash, verify } from '@node-rs/argon2'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { Hono } from 'hono'
import { password, secret, setting, sqliteFile } from '../servers/environment.ts'
import { serveFetch } from '../servers/serve.ts'

const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const argon2 = {
  hash: (text: string) => hash(text, cost),
  verify: ({ hash: stored, password: given }: { hash: string; password: string }) => verify(stored, given),
}
const database = new DatabaseSync(sqliteFile)
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')

const auth = betterAuth({
  database,
  baseURL: 'http://localhost',
  secret,
  emailAndPassword: { enabled: true, ...(setting === 'argon2' ? { password: argon2 } : {}) },
  session: { cookieCache: { enabled: setting === 'cookieCache', maxAge: 3600 } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
})
const ann = { email: 'ann@example.org', password }

const { runMigrations, toBeCreated } = await getMigrations(auth.options)
if (toBeCreated.length > 0) {
  await runMigrations()
  await auth.api.signUpEmail({ body: { ...ann, name: 'ann' } })
}

const app = new Hono()
app.get('/public', (c) => c.json({ hello: 'world' }))

app.get('/me', async (c) => {
  const found = await auth.api.getSession({ headers: c.req.raw.headers })
  return found === null ? c.json({ message: 'unauthorized' }, 401) : c.json({ username: found.user.name })
})

app.post('/login', async (c) => {
  const given = await c.req.json()
  const body = { email: `${given.username}@example.org`, password: given.password }
  return auth.api.signInEmail({ body, asResponse: true })
})

app.post('/logout', (c) => auth.api.signOut({ headers: c.req.raw.headers, asResponse: true }))

await serveFetch(app.fetch)
