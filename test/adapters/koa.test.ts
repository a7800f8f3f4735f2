import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import Koa, { type Middleware } from 'koa'
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest'
import { sessionAuth, toKoaMiddleware } from '../../src/adapters/koa.ts'
import { type User, sessionLogin } from '../../src/index.ts'
import { createGuardWorld } from '../guards/guard-app.ts'

let close: () => void = () => {}

afterEach(() => close())

async function start(...middlewares: Middleware[]): Promise<number> {
  const app = new Koa()
  for (const middleware of middlewares) app.use(middleware)
  const server = app.listen(0, '127.0.0.1')
  close = () => {
    server.closeAllConnections()
    server.close()
  }
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

describe('toKoaMiddleware', () => {
  it('lets a middleware around it go on when the answer was sent', async () => {
    const { auth } = await createGuardWorld()
    const seen = Promise.withResolvers<unknown>()
    const port = await start(
      async (context, next) => {
        await next()
        seen.resolve([context.res.statusCode, context.res.writableFinished])
      },
      toKoaMiddleware(sessionLogin({ auth })),
    )
    await fetch(`http://127.0.0.1:${port}/login/`)

    expect(await seen.promise).toEqual([200, true])
  })

  it('lets it go on when the client left before the answer', async () => {
    const { auth } = await createGuardWorld()
    const seen = Promise.withResolvers<unknown>()
    const port = await start(
      async (context, next) => {
        await once(context.res, 'close')
        await next()
        seen.resolve('went on')
      },
      toKoaMiddleware(sessionLogin({ auth })),
    )
    const socket = connect(port, '127.0.0.1').end('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    socket.destroySoon()

    expect(await seen.promise).toBe('went on')
  })

  it('keeps headers that a middleware has set', async () => {
    const { auth } = await createGuardWorld()
    const port = await start(
      (context, next) => {
        context.set('x-request-id', '7')
        return next()
      },
      toKoaMiddleware(sessionLogin({ auth })),
    )

    expect((await fetch(`http://127.0.0.1:${port}/`)).headers.get('x-request-id')).toBe('7')
  })
})

describe('sessionAuth of Koa', () => {
  async function cachingOf(error: Error): Promise<unknown[]> {
    const { auth, cookieOf } = await createGuardWorld()
    const port = await start(sessionAuth({ auth }), () => {
      throw error
    })
    const { status, headers } = await fetch(`http://127.0.0.1:${port}/`, { headers: { cookie: await cookieOf('ann') } })
    return [status, headers.get('cache-control'), headers.get('vary')]
  }

  it('keeps an answer to an error that was thrown out of shared caches (rows 43, 44)', async () => {
    const notFound = Object.assign(new Error('ann has no such letter.'), { status: 404, expose: true })

    expect(await cachingOf(notFound)).toEqual([404, 'no-store', 'Cookie'])
  })

  it('leaves what such an error says about caching (row 45)', async () => {
    const headers = { 'cache-control': 'private, max-age=60' }
    const notFound = Object.assign(new Error('ann has no such letter.'), { status: 404, expose: true, headers })

    expect(await cachingOf(notFound)).toEqual([404, 'private, max-age=60', 'Cookie'])
  })

  it('gives handlers a user where nobody else gets through, and perhaps none elsewhere', async () => {
    const { auth } = await createGuardWorld()
    const app = new Koa()
    app.use(sessionAuth({ auth })).use((context) => expectTypeOf(context.state.user).toEqualTypeOf<User>())
    app
      .use(sessionAuth({ auth, allowUnauthenticated: true }))
      .use((context) => expectTypeOf(context.state.user).toEqualTypeOf<User | null>())

    expect(app.middleware.length).toBe(4)
  })
})
