import { once } from 'node:events'
import http2 from 'node:http2'
import { text } from 'node:stream/consumers'
import Fastify from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { getUser, sessionAuth, toFastifyPlugin } from '../../src/adapters/fastify.ts'
import { sessionLogin } from '../../src/index.ts'
import { createGuardWorld } from '../guards/guard-app.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Status and body of an answer over HTTP/2. */
async function getByHttp2(url: string, headers: http2.OutgoingHttpHeaders): Promise<[unknown, string]> {
  const session = http2.connect(url)
  closing.push(() => session.close())
  const stream = session.request(headers)
  const [answer] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
  return [answer[':status'], await text(stream)]
}

describe('toFastifyPlugin', () => {
  it.each(['/login', '/login/'])('answers with and without a slash at the end of its prefix %s', async (prefix) => {
    const { auth } = await createGuardWorld()
    const app = Fastify().register(toFastifyPlugin(sessionLogin({ auth })), { prefix })

    expect((await app.inject('/login/?next=/a')).statusCode).toBe(200)
    expect((await app.inject('/login/below')).statusCode).toBe(404)
  })

  it('keeps headers that other plugins have set', async () => {
    const { auth } = await createGuardWorld()
    const app = Fastify().register(toFastifyPlugin(sessionLogin({ auth })), { prefix: '/login/' })
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('x-request-id', '7').header('set-cookie', ['a=1', 'b=2'])
    })
    const { headers } = await app.inject('/login/')

    expect(headers['x-request-id']).toBe('7')
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2'])
  })

  it('leaves the parsers of the app outside of it alone', async () => {
    const { auth } = await createGuardWorld()
    const app = Fastify().register(toFastifyPlugin(sessionLogin({ auth })), { prefix: '/login/' })
    app.post('/echo', (request) => request.body)

    expect((await app.inject({ method: 'POST', url: '/echo', payload: { a: 1 } })).json()).toEqual({ a: 1 })
  })
})

describe('sessionAuth of Fastify', () => {
  it('guards a scope by a hook', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const app = Fastify().register(async (scope) => {
      scope.addHook('onRequest', sessionAuth({ auth }))
      scope.get('/private/', (request) => ({ user: getUser(request)?.username }))
    })
    const cookie = await cookieOf('ann')

    expect((await app.inject({ url: '/private/', headers: { cookie } })).json()).toEqual({ user: 'ann' })
    expect((await app.inject('/private/')).statusCode).toBe(401)
  })

  it('guards over HTTP/2, too', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const app = Fastify({ http2: true })
    app.addHook('onRequest', (request, reply) => sessionAuth({ auth })(Object(request), Object(reply)))
    app.get('/', (request) => getUser(Object(request))?.username)
    const url = await app.listen({ port: 0 })
    closing.push(() => app.close())

    expect(await getByHttp2(url, { ':path': '/', cookie: await cookieOf('ann') })).toEqual([200, 'ann'])
    expect((await getByHttp2(url, { ':path': '/' }))[0]).toBe(401)
  })

  it('tells an app without it of the mistake', async () => {
    const app = Fastify().get('/', (request) => getUser(request)?.username)

    expect((await app.inject('/')).json()).toMatchObject({ message: expect.stringContaining('sessionAuth()') })
  })
})
