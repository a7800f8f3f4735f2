import express from 'express'
import session from 'express-session'
import { secret, setting, sqliteFile, store } from '../servers/environment.ts'
import { serve } from '../servers/serve.ts'
import { openPostgres, openUserTable } from '../servers/user-table.ts'

const users = await openUserTable()
const stores = {
  async sqlite() {
    const { default: SqliteDatabase } = await import('better-sqlite3')
    const { default: createSqliteStore } = await import('better-sqlite3-session-store')
    const SqliteStore = createSqliteStore(session)
    return new SqliteStore({ client: new SqliteDatabase(sqliteFile) })
  },
  async redis() {
    const { openRedisStore } = await import('./redis-store.ts')
    return openRedisStore()
  },
  async postgres() {
    const { default: connectPostgres } = await import('connect-pg-simple')
    const PostgresStore = connectPostgres(session)
    const disableTouch = setting === 'disableTouch'
    return new PostgresStore({ pool: await openPostgres(), createTableIfMissing: true, disableTouch })
  },
}

const app = express()
app.get('/public', (_req, res) => void res.json({ hello: 'world' }))
app.use(
  session({
    store: await stores[store](),
    secret,
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: 86_400_000 },
  }),
)

app.get('/me', async (req, res) => {
  const user = req.session.userId === undefined ? undefined : await users.find(req.session.userId)
  if (user === undefined) res.status(401).json({ message: 'unauthorized' })
  else res.json({ username: user.username })
})

app.post('/login', express.json(), async (req, res) => {
  const { username, password } = req.body as { username: string; password: string }
  const user = await users.checkPassword(username, password)
  if (user === null) {
    res.status(401).json({ message: 'wrong' })
    return
  }
  req.session.regenerate(() => {
    req.session.userId = user.id
    res.json({ message: 'logged in' })
  })
})

app.post('/logout', (req, res) => {
  req.session.destroy(() => res.json({ message: 'logged out' }))
})

await serve(app)
