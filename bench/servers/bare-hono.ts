import { Hono } from 'hono'
import { serveFetch } from './serve.ts'

const app = new Hono()
app.get('/public', (c) => c.json({ hello: 'world' }))
app.get('/me', (c) => c.json({ username: 'ann' }))

await serveFetch(app.fetch)
