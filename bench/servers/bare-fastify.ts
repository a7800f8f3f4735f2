import Fastify from 'fastify'
import { serve } from './serve.ts'

const app = Fastify()
app.get('/public', async () => ({ hello: 'world' }))
app.get('/me', async () => ({ username: 'ann' }))

await app.ready()
await serve((incoming, outgoing) => app.routing(incoming, outgoing))
