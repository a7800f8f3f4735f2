import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { Router } from '@koa/router'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterEach, describe, expect, it } from 'vitest'
import { toExpressHandler } from '../../src/adapters/express.ts'
import { toFastifyPlugin } from '../../src/adapters/fastify.ts'
import { toKoaMiddleware } from '../../src/adapters/koa.ts'
import { type FetchHandler, createAuth, hostContext, rateLimit, sessionLogin } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'

let close: () => void = () => {}

afterEach(() => close())

function createLogin(): FetchHandler {
  return sessionLogin({ auth: createAuth({ store: memoryStore() }) })
}

async function listen(app: { listen(port: number, host: string): Server }): Promise<(path: string) => Promise<number>> {
  const server = app.listen(0, '127.0.0.1')
  close = () => {
    server.closeAllConnections()
    server.close()
  }
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).status
}

function ask(app: Hono): (path: string) => Promise<number> {
  return async (path) => {
    const request = new Request(`http://localhost${path}`)
    return (await app.fetch(request, hostContext(request, '192.0.2.1'))).status
  }
}

describe('an endpoint in Express', () => {
  it('answers at its mount, and nowhere below', async () => {
    const statusAt = await listen(express().use('/login', toExpressHandler(createLogin())))

    expect([await statusAt('/login/?next=/a'), await statusAt('/login/login/')]).toEqual([200, 404])
  })

  it('answers at its mount in a router that is mounted itself, and nowhere below', async () => {
    const router = express.Router().use('/login/', toExpressHandler(createLogin()))
    const statusAt = await listen(express().use('/auth', router))

    expect([await statusAt('/auth/login/?next=/a'), await statusAt('/auth/login/x')]).toEqual([200, 404])
  })

  it('answers at its route in a router that is mounted, and nowhere below', async () => {
    const router = express.Router().all('/login/', toExpressHandler(createLogin()))
    const statusAt = await listen(express().use('/auth', router))

    expect([await statusAt('/auth/login/?next=/a'), await statusAt('/auth/login/x')]).toEqual([200, 404])
  })
})

describe('an endpoint in Hono', () => {
  it('answers at its mount, and nowhere below', async () => {
    const statusAt = ask(new Hono().mount('/login/', createLogin()))

    expect([await statusAt('/login/?next=/a'), await statusAt('/login/login/')]).toEqual([200, 404])
  })

  it('answers at its mount in an app that is mounted itself, and nowhere below', async () => {
    const inner = new Hono().mount('/login/', createLogin())
    const statusAt = ask(new Hono().mount('/auth', inner.fetch))

    expect([await statusAt('/auth/login/?next=/a'), await statusAt('/auth/login/x')]).toEqual([200, 404])
  })

  it('answers below its mount with nothing behind a guard of latchkey, too', async () => {
    const auth = createAuth({ store: memoryStore() })
    const statusAt = ask(new Hono().mount('/login/', rateLimit(sessionLogin({ auth }), { auth })))

    expect([await statusAt('/login/?next=/a'), await statusAt('/login/x')]).toEqual([200, 404])
  })

  it('answers at its route in an app that is a part of another, and where that is mounted, nowhere', async () => {
    const login = createLogin()
    const part = new Hono().all('/login/', (c) => login(c.req.raw, c.env))
    const statusAt = ask(new Hono().route('/auth', part).mount('/mounted', part.fetch))

    expect([await statusAt('/auth/login/?next=/a'), await statusAt('/auth/login/x')]).toEqual([200, 404])
    expect(await statusAt('/mounted/login/')).toBe(404)
  })
})

describe('an endpoint in Koa', () => {
  /** What `koa-mount` does. */
  const mount = (prefix: string, middleware: Koa.Middleware) =>
    new Koa().use((context, next) => {
      if (!context.path.startsWith(prefix)) return next()
      context.path = context.path.slice(prefix.length) || '/'
      return middleware(context, next)
    })

  it('answers at its mount, and nowhere below', async () => {
    const statusAt = await listen(mount('/login', toKoaMiddleware(createLogin())))

    expect([await statusAt('/login/?next=/a'), await statusAt('/login/login/')]).toEqual([200, 404])
  })

  it('answers at its route in a router that is mounted, and nowhere below', async () => {
    const router = new Router().all('/login/', toKoaMiddleware(createLogin()))
    const statusAt = await listen(mount('/auth', router.routes() as Koa.Middleware))

    expect([await statusAt('/auth/login/?next=/a'), await statusAt('/auth/login/x')]).toEqual([200, 404])
  })
})

describe('an endpoint in Fastify', () => {
  it('answers at its prefix where the app has rewritten the URL, and nowhere below', async () => {
    const app = Fastify({ rewriteUrl: ({ url = '/' }) => url.replace(/^\/auth/, '') })
    app.register(toFastifyPlugin(createLogin()), { prefix: '/login/' })
    const statusAt = async (url: string): Promise<number> => (await app.inject(url)).statusCode

    expect([await statusAt('/auth/login/?next=/a'), await statusAt('/auth/login/x')]).toEqual([200, 404])
  })
})
