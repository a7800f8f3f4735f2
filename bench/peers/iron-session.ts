import { type Context, Hono } from 'hono'
import { type IronSession, getIronSession, webCookies } from 'iron-session'
import { secret } from '../servers/environment.ts'
import { serveFetch } from '../servers/serve.ts'
import { openUserTable } from '../servers/user-table.ts'

interface SessionData {
  username?: string
}

const users = await openUserTable()
const options = {
  password: secret,
  cookieName: 'id',
  cookieOptions: { secure: false },
}

const readSession = (c: Context, changed: Headers): Promise<IronSession<SessionData>> =>
  getIronSession<SessionData>(webCookies(c.req.raw, changed), options)

const app = new Hono()
app.get('/public', (c) => c.json({ hello: 'world' }))

app.get('/me', async (c) => {
  const { username } = await readSession(c, new Headers())
  return username === undefined ? c.json({ message: 'unauthorized' }, 401) : c.json({ username })
})

app.post('/login', async (c) => {
  const given = await c.req.json()
  const user = await users.checkPassword(given.username, given.password)
  if (user === null) return c.json({ message: 'wrong' }, 401)
  const headers = new Headers()
  const session = await readSession(c, headers)
  session.username = user.username
  await session.save()
  return Response.json({ message: 'logged in' }, { headers })
})

app.post('/logout', async (c) => {
  const headers = new Headers()
  const session = await readSession(c, headers)
  session.destroy()
  return Response.json({ message: 'logged out' }, { headers })
})

await serveFetch(app.fetch)
