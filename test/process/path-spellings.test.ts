import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionAuth } from '../../src/adapters/hono.ts'
import { type NodeServer, serveNode } from '../../src/adapters/node.ts'
import { protect, sessionLogin } from '../../src/index.ts'
import { createGuardWorld } from '../guards/guard-app.ts'
import { type RawAnswer, sendRaw } from './raw-client.ts'
import { spelled } from './spellings.ts'

const none = { points: 0, duration: 300 }

let server: NodeServer

/** Three guards and a login, as they stand in front of what must not be seen; `/all/` answers every path alike. */
async function startGuardedServer(): Promise<NodeServer> {
  const { auth } = await createGuardWorld({ limits: { login: { failuresPerAddress: none } } })
  const excludedPaths = ['/health', '/public/*']
  const all = protect(() => new Response('secret'), { auth, excludedPaths })
  const app = new Hono()
  app.use('/private/*', sessionAuth({ auth, excludedPaths }))
  app.all('/private/*', (c) => c.text('secret'))
  app.mount(
    '/protected/',
    protect(() => new Response('secret'), { auth, excludedPaths }),
  )
  app.mount('/login/', sessionLogin({ auth }))
  app.get('/public/*', (c) => c.text('open'))
  return serveNode(
    (request, context) => (request.headers.has('x-all') ? all(request, context) : app.fetch(request, Object(context))),
    {
      port: 0,
      signals: false,
    },
  )
}

beforeAll(async () => {
  server = await startGuardedServer()
})
afterAll(() => server.close())

function send(method: string, target: string, headers = ''): Promise<RawAnswer | null> {
  const body = method === 'POST' ? 'Content-Length: 23\r\n\r\nusername=ann&password=x' : '\r\n'
  const type = 'Content-Type: application/x-www-form-urlencoded\r\n'
  return sendRaw(server.port, `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${headers}${type}${body}`)
}

describe('a guard on a real server', () => {
  it.each(spelled('private'))('shows nothing at %s that sessionAuth guards (row 53)', async (target) => {
    const answer = await send('GET', target)

    expect(answer?.body).not.toBe('secret')
    expect(answer?.status).toBeLessThan(500)
  })

  it.each(spelled('protected'))('shows nothing at %s that protect is mounted at (row 53)', async (target) => {
    const answer = await send('GET', target)

    expect(answer?.body).not.toBe('secret')
    expect(answer?.status).toBeLessThan(500)
  })

  it.each([
    ...spelled('private'),
    ...spelled('HEALTH'),
    '//x/health',
    '//health',
    '/health/',
    '/health;a',
    '/health%3f',
  ])('shows nothing at %s of an app that answers every path (row 53)', async (target) => {
    const answer = await send('GET', target, 'X-All: 1\r\n')

    expect(answer?.body).not.toBe('secret')
    expect(answer?.status).toBeLessThan(500)
  })

  it.each(['/health', '/public/a', '/health?a', 'http://localhost/health'])('leaves %s alone', async (target) => {
    expect((await send('GET', target, 'X-All: 1\r\n'))?.body).toBe('secret')
  })
})

describe('the login on a real server', () => {
  it.each(spelled('login'))('counts a try at %s, or does not answer there (row 53)', async (target) => {
    const answer = await send('POST', target)

    expect([400, 404, 429]).toContain(answer?.status)
  })

  it('counts at its own address', async () => {
    expect((await send('POST', '/login/'))?.status).toBe(429)
  })
})
