import { rmSync } from 'node:fs'
import { Hono } from 'hono'
import { createAuth, sessionLogin } from 'latchkey'
import { sessionAuth } from 'latchkey/adapters/hono'
import { serveBenchmark } from './serve-benchmark.ts'

const file = process.env['BENCH_DATABASE'] ?? ':memory:'
rmSync(file, { force: true })
const auth = createAuth({
  store: `sqlite:${file}`,
  ...(process.env['BENCH_THROTTLE'] === 'off' ? { throttle: null } : {}),
})
const user = await auth.users.create({ username: 'ann', email: 'ann@example.org', password: 'correct horse battery' })
const started = await auth.sessions.start(user)

const app = new Hono()
app.get('/public', (c) => c.json({ hello: 'world' }))
app.get('/me', sessionAuth({ auth }), (c) => c.json({ username: c.var.user.username }))
app.mount('/login/', sessionLogin({ auth, redirectTo: null }))

await serveBenchmark(app.fetch, { cookie: `id=${started?.token}` })
