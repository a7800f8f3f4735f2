import { Hono } from 'hono'
import { changePassword, createAuth, register, sessionLogin, sessionLogout } from 'latchkey'
import { sessionAuth } from 'latchkey/adapters/hono'
import { serveNode } from 'latchkey/adapters/node'

const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })
await auth.ready()

const app = new Hono()
app.mount('/login/', sessionLogin({ auth, redirectTo: '/private/' }))
app.mount('/logout/', sessionLogout({ auth, redirectTo: '/login/' }))
app.mount('/register/', register({ auth, userDefaults: { active: true } }))
app.mount('/change-password/', changePassword({ auth }))

app.get('/private/', sessionAuth({ auth }), (c) => c.text(`Hello ${c.var.user.username}`))

app.get('/api/me', sessionAuth({ auth }), (c) => c.json({ username: c.var.user.username }))
app.post('/api/notes', sessionAuth({ auth }), async (c) => {
  const { text } = await c.req.json<{ text: string }>()
  return c.json({ by: c.var.user.username, text })
})

const { PORT = '3000' } = process.env
const { url } = await serveNode(app.fetch, { port: Number(PORT), onClose: auth.close })
console.log(`Listening on ${url}`)
