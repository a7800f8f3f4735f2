import cookie from '@fastify/cookie'
import session from '@fastify/session'
import Fastify from 'fastify'
import { secret, setting } from '../servers/environment.ts'
import { serve } from '../servers/serve.ts'
import { openUserTable } from '../servers/user-table.ts'
import { openRedisStore } from './redis-store.ts'

const users = await openUserTable()
const app = Fastify()
app.get('/public', async () => ({ hello: 'world' }))

await app.register(async (scope) => {
  await scope.register(cookie)
  await scope.register(session, {
    store: await openRedisStore(),
    secret,
    saveUninitialized: false,
    rolling: setting !== 'rolling: false',
    cookie: { maxAge: 86_400_000, secure: false },
  })

  scope.get('/me', async (request, reply) => {
    const user = request.session.userId === undefined ? undefined : await users.find(request.session.userId)
    return user === undefined ? reply.code(401).send({ message: 'unauthorized' }) : { username: user.username }
  })

  scope.post<{ Body: { username: string; password: string } }>('/login', async (request, reply) => {
    const user = await users.checkPassword(request.body.username, request.body.password)
    if (user === null) return reply.code(401).send({ message: 'wrong' })
    await request.session.regenerate()
    request.session.userId = user.id
    return { message: 'logged in' }
  })

  scope.post('/logout', async (request) => {
    await request.session.destroy()
    return { message: 'logged out' }
  })
})

await app.ready()
await serve((incoming, outgoing) => app.routing(incoming, outgoing))
