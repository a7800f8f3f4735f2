import { Hono } from 'hono'
import { sessionLogin, sessionLogout } from 'latchkey'
import { sessionAuth } from 'latchkey/adapters/hono'
import { openAuth } from './latchkey-auth.ts'
import { serveFetch } from './serve.ts'

const auth = await openAuth()
const app = new Hono()

app.get('/public', (c) => c.json({ hello: 'world' }))
app.get('/me', sessionAuth({ auth }), (c) => c.json({ username: c.var.user.username }))
app.mount('/login', sessionLogin({ auth, redirectTo: null }))
app.mount('/logout', sessionLogout({ auth, redirectTo: null }))

await serveFetch(app.fetch)
