import { Hono } from 'hono'
import { openLimit } from './limit.ts'
import { serveFetch } from './serve.ts'

const limit = await openLimit()
const app = new Hono()

app.get('/public', (c) => c.json({ hello: 'world' }))

app.get('/me', async (c) => {
  const user = await limit.findUser(c.req.header('cookie'))
  return user === undefined ? c.json({ message: 'unauthorized' }, 401) : c.json({ username: user.username })
})

app.post('/login', async (c) => {
  const { username, password } = await c.req.json()
  const cookie = await limit.logIn(username, password)
  if (cookie === null) return c.json({ message: 'wrong' }, 401)
  c.header('Set-Cookie', cookie)
  return c.json({ message: 'logged in' })
})

app.post('/logout', async (c) => {
  await limit.logOut(c.req.header('cookie'))
  return c.json({ message: 'logged out' })
})

await serveFetch(app.fetch)
