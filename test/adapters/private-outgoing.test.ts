import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sessionAuth as expressAuth } from '../../src/adapters/express.ts'
import { sessionAuth as honoAuth } from '../../src/adapters/hono.ts'
import { createNodeGuard } from '../../src/adapters/node.ts'
import { createGuardWorld } from '../guards/guard-app.ts'

describe('An answer that node:http sends behind a guard (rows 43, 44)', () => {
  it.each<[string, (outgoing: ServerResponse) => unknown, Caching]>([
    ['says nothing', (outgoing) => outgoing.end(), ['no-store', 'Cookie']],
    ['streams', (outgoing) => Readable.from(['a', 'b']).pipe(outgoing), ['no-store', 'Cookie']],
    ['flushes its head', (outgoing) => outgoing.flushHeaders() ?? outgoing.end('a'), ['no-store', 'Cookie']],
    [
      'varies by something else',
      (outgoing) => outgoing.setHeader('Vary', 'Accept').end(),
      ['no-store', 'Accept, Cookie'],
    ],
    ['varies by all', (outgoing) => outgoing.setHeader('vary', '*').end(), ['no-store', '*']],
    [
      'says so itself',
      (outgoing) => outgoing.setHeader('Vary', 'Origin, cookie').end(),
      ['no-store', 'Origin, cookie'],
    ],
    ['varies twice', (outgoing) => outgoing.setHeader('Vary', ['A', 'B']).end(), ['no-store', 'A, B, Cookie']],
    [
      'may be kept by the browser',
      (outgoing) => outgoing.setHeader('cache-control', 'private, max-age=60').end(),
      ['private, max-age=60', 'Cookie'],
    ],
    [
      'has a head as an object',
      (outgoing) => outgoing.writeHead(200, { vary: 'Accept' }).end(),
      ['no-store', 'Accept, Cookie'],
    ],
    // Node takes null for no headers; its types don't.
    [
      'has a head without headers, which Node knows as null and its types do not',
      (outgoing) => Reflect.apply(outgoing.writeHead, outgoing, [200, null]).end(),
      ['no-store', 'Cookie'],
    ],
    [
      'has a head as a list, and words for its status',
      (outgoing) => outgoing.writeHead(200, 'Fine', ['Vary', 'Accept', 'Cache-Control', 'private']).end(),
      ['private', 'Accept, Cookie'],
    ],
  ])('and that %s', async (_what, answer, expected) => {
    const { auth, cookieOf } = await createGuardWorld()
    const guard = createNodeGuard({ auth })
    const url = await listen(async (incoming, outgoing) => (await guard(incoming, outgoing)) && answer(outgoing))

    expect(await cachingOf(url, await cookieOf('ann'))).toEqual(expected)
  })

  it('is marked once, however many guards there are', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const app = express().use(expressAuth({ auth }), expressAuth({ auth }))
    app.get('/', (_request, response) => void response.vary('Accept').send('a'))

    expect(await cachingOf(await listen(app), await cookieOf('ann'))).toEqual(['no-store', 'Accept, Cookie'])
  })

  it('over HTTP/2', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const guard = createNodeGuard({ auth })
    const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
      if (await guard(incoming, outgoing)) outgoing.end('a')
    }
    // All that a guard uses of a request and an answer is there.
    const server = http2.createServer((incoming, outgoing) => void answer(Object(incoming), Object(outgoing)))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    onTestFinished(() => {
      client.close()
      server.close()
    })
    const [headers] = await once(client.request({ cookie: await cookieOf('ann') }), 'response')

    expect([headers['cache-control'], headers.vary]).toEqual(['no-store', 'Cookie'])
  })
})

describe('An answer that Hono sends through Node behind a guard (rows 43, 44)', () => {
  it.each<[string, (app: Hono) => unknown, Caching]>([
    ['says nothing', (app) => app.get('/', (c) => c.json({})), ['no-store', 'Cookie']],
    [
      'is a Response',
      (app) => app.get('/', () => new Response('a', { headers: { vary: 'A' } })),
      ['no-store', 'A, Cookie'],
    ],
    ['is a redirect', (app) => app.get('/', () => Response.redirect('https://app.example/')), ['no-store', 'Cookie']],
    [
      'streams',
      (app) => app.get('/', () => new Response(Readable.toWeb(Readable.from(['a'])) as ReadableStream)),
      ['no-store', 'Cookie'],
    ],
    [
      'is an error',
      (app) => app.get('/', () => Promise.reject(new Error())).onError((_e, c) => c.text('', 500)),
      ['no-store', 'Cookie'],
    ],
    ['is missing', () => undefined, ['no-store', 'Cookie']],
    [
      'has what other middlewares add',
      (app) =>
        app
          .use(cors({ origin: 'https://app.example' }))
          .get('/', (c) => c.text('a', 200, { 'Cache-Control': 'private' })),
      ['private', 'Origin, Cookie'],
    ],
  ])('and that %s', async (_what, route, expected) => {
    const { auth, cookieOf } = await createGuardWorld()
    const app = new Hono()
    app.use(honoAuth({ auth }))
    route(app)

    expect(await cachingOf(await listenHono(app), await cookieOf('ann'))).toEqual(expected)
  })

  it('has its length, its cookies and its own headers', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const app = new Hono().use(honoAuth({ auth })).get('/', (c) => {
      c.header('set-cookie', 'a=1', { append: true })
      c.header('set-cookie', 'b=2', { append: true })
      return c.json({})
    })
    const { headers } = await fetch(await listenHono(app), { headers: { cookie: await cookieOf('ann') } })

    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(headers.get('content-length')).toBe('2')
    expect(headers.get('content-type')).toBe('application/json')
  })

  it('is left alone on an excluded path', async () => {
    const { auth } = await createGuardWorld()
    const app = new Hono().use(honoAuth({ auth, excludedPaths: ['/'] })).get('/', (c) => c.text('a'))

    expect(await cachingOf(await listenHono(app), '')).toEqual([null, null])
  })
})

/** What an answer says of caches: its `Cache-Control`, and its `Vary`. */
type Caching = readonly [cacheControl: string | null, vary: string | null]

async function cachingOf(url: string, cookie: string): Promise<Caching> {
  const { headers } = await fetch(url, { headers: { cookie }, redirect: 'manual' })
  return [headers.get('cache-control'), headers.get('vary')]
}

async function listenHono(app: Pick<Hono, 'fetch'>): Promise<string> {
  const listener = getRequestListener(app.fetch)
  return listen((incoming, outgoing) => void listener(incoming, outgoing))
}

async function listen(listener: (incoming: IncomingMessage, outgoing: ServerResponse) => unknown): Promise<string> {
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
