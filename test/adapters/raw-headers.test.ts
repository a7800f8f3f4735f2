import express from 'express'
import serverless from 'serverless-http'
import { describe, expect, it } from 'vitest'
import { getUser, sessionAuth, toExpressHandler } from '../../src/adapters/express.ts'
import { sessionLogin } from '../../src/index.ts'
import { createGuardWorld } from '../guards/guard-app.ts'

/** What the host answers an event of version 2.0 with. */
interface Answer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
  readonly body: string
}

/** In a cloud function: its host makes a request of Node's from an event, with `headers` and no `rawHeaders`. */
async function createFunction() {
  const world = await createGuardWorld()
  const app = express()
  app.use('/login/', toExpressHandler(sessionLogin({ auth: world.auth })))
  app.all('/private/', sessionAuth({ auth: world.auth }), (request, response) => {
    response.send(`Hello ${getUser(request)?.username}`)
  })
  const run = serverless(app)

  async function call(method: string, path: string, headers: Record<string, string>, body = ''): Promise<Answer> {
    const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1' }
    const event = { version: '2.0', rawPath: path, rawQueryString: '', requestContext: { http }, headers, body }
    return (await run(event, {})) as Answer
  }
  return { ...world, call }
}

const json = { host: 'app.example', 'content-type': 'application/json', accept: 'application/json' }

describe('a host that gives headers without rawHeaders', () => {
  it('gets the session of a login, which lets its user through', async () => {
    const { auth, call } = await createFunction()
    await auth.users.create({ username: 'ben', password: 'correct horse battery' })
    const body = JSON.stringify({ username: 'ben', password: 'correct horse battery' })
    const login = await call('POST', '/login/', json, body)
    const [cookie = ''] = login.cookies?.[0]?.split(';') ?? []

    expect(login.statusCode).toBe(200)
    expect(await call('GET', '/private/', { ...json, cookie })).toMatchObject({
      statusCode: 200,
      headers: { 'cache-control': 'no-store', vary: 'Cookie' },
      body: 'Hello ben',
    })
  })

  it('gets nobody through without a session', async () => {
    const { call } = await createFunction()

    expect((await call('GET', '/private/', json)).statusCode).toBe(401)
  })

  it('has writes of other sites refused (row 37)', async () => {
    const { cookieOf, call } = await createFunction()
    const headers = { ...json, cookie: await cookieOf('ann'), origin: 'https://evil.example' }

    expect((await call('POST', '/private/', headers)).statusCode).toBe(403)
    expect((await call('POST', '/login/', headers, '{}')).statusCode).toBe(403)
  })

  it('has the address of a client that the event names', async () => {
    const { call, events } = await createFunction()
    await call('POST', '/login/', json, '{"username": "ann", "password": "wrong"}')

    expect(events).toContainEqual(expect.objectContaining({ type: 'login_failed', addressPrefix: '192.0.2.1' }))
  })
})
