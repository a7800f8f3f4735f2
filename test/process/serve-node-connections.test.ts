import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ServeOptions, serveNode } from '../../src/adapters/node.ts'
import { createAuth } from '../../src/index.ts'
import { type RawConnection, openRaw } from './raw-client.ts'

const host = 'Host: localhost\r\n'
const get = `GET / HTTP/1.1\r\n${host}\r\n`
const large = Buffer.alloc(16 * 2 ** 20)

async function start(
  handler: (request: Request) => Response | Promise<Response>,
  options: ServeOptions = {},
): Promise<(count?: number) => Promise<RawConnection[]>> {
  const server = await serveNode(handler, { port: 0, signals: false, closeTimeout: 0.1, ...options })
  onTestFinished(server.close)
  return async (count = 1) => Promise.all(Array.from({ length: count }, () => openRaw(server.port)))
}

async function statusOf(connection: RawConnection | undefined): Promise<number | undefined> {
  await connection?.send(get)
  return (await connection?.answer())?.status
}

describe('serveNode, with requests that come before the answer to the last one (A1)', () => {
  it('begins the next one when the answer before has left, in their order', async () => {
    let running = 0
    const log: string[] = []
    const open = await start(async ({ url }) => {
      running += 1
      log.push(`${running} ${new URL(url).pathname}`)
      await pause(1)
      running -= 1
      return new Response(url)
    })
    const paths = Array.from({ length: 100 }, (_, index) => `/${index}`)
    const [connection] = await open()
    await connection?.send(paths.map((path) => `GET ${path} HTTP/1.1\r\n${host}\r\n`).join(''))

    for (const path of paths) expect((await connection?.answer())?.body).toBe(`http://localhost${path}`)
    expect(log).toEqual(paths.map((path) => `1 ${path}`))
  })

  it('reads each one whole, wherever its bytes are cut', async () => {
    const open = await start(async (request) => new Response(await request.text()))
    const post = (body: string) => `POST / HTTP/1.1\r\n${host}Content-Length: ${body.length}\r\n\r\n${body}`
    const chunked = `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n`
    const bytes = `${post('one')}${chunked}${get}${post('\r\n\r\n'.repeat(300))}${post('two')}`
    const bodies = ['one', '\r\n\r\n', '', '\r\n\r\n'.repeat(300), 'two']

    for (const size of [1, 7, 100, bytes.length]) {
      const [connection] = await open()
      for (let at = 0; at < bytes.length; at += size) await connection?.send(bytes.slice(at, at + size))
      for (const body of bodies) expect((await connection?.answer())?.body).toBe(body)
    }
  })

  it('reads no more of them while nobody reads the answers', async () => {
    let begun = 0
    const open = await start(() => {
      begun += 1
      return new Response(large)
    })
    const [connection] = await open()
    connection?.socket.pause()
    void connection?.send(get.repeat(500_000))
    await pause(300)

    expect(begun).toBe(1)
    // The rest is in the buffers of the operating system, and here.
    expect(connection?.socket.writableLength).toBeGreaterThan(0)
  })

  it('lets others in between', async () => {
    let begun = 0
    const open = await start(() => {
      begun += 1
      return new Response('hello')
    })
    const [many, other] = await open(2)
    const first = once(many?.socket ?? process, 'data')
    void many?.send(get.repeat(1_500))
    await first
    await statusOf(other)

    expect(begun).toBeLessThan(1_000)
  })
})

describe('serveNode, with clients that read nothing of an answer (A1)', () => {
  it('ends the connection when it makes no progress for `answerTimeout`', async () => {
    const open = await start(() => new Response(large), { answerTimeout: 1.5 })
    const [connection] = await open()
    connection?.socket.pause()
    await connection?.send(get)
    const startedAt = performance.now()
    await pause(4_000)
    connection?.socket.resume()
    await connection?.ended

    expect(await connection?.answer()).toBeNull()
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  it('goes on for as long as the client reads some of it, however slowly', async () => {
    const open = await start(() => new Response(large), { answerTimeout: 0.3 })
    const [connection] = await open()
    const reading = setInterval(() => {
      connection?.socket.resume()
      setTimeout(() => connection?.socket.pause(), 2)
    }, 100)
    await connection?.send(get)
    await pause(1_500)
    clearInterval(reading)
    connection?.socket.resume()

    expect((await connection?.answer())?.body.length).toBe(large.length)
  })

  it('waits for an answer that is being made', async () => {
    const open = await start(() => pause(600, new Response('slow')), { answerTimeout: 0.2, keepAliveTimeout: 0.1 })
    const [connection] = await open()

    expect(await statusOf(connection)).toBe(200)
  })

  it('ends a connection on which nothing comes but line ends', async () => {
    const open = await start(() => new Response('hello'), { headersTimeout: 0.5, answerTimeout: 1 })
    const [connection] = await open()
    await statusOf(connection)
    const timer = setInterval(() => void connection?.send('\r\n'), 50)

    expect((await connection?.answer())?.status).toBe(408)
    clearInterval(timer)
  })

  it('ends an idle connection after `keepAliveTimeout`', async () => {
    const open = await start(() => new Response('hello'), { keepAliveTimeout: 0.1 })
    const [connection] = await open()
    await statusOf(connection)

    expect(await connection?.answer()).toBeNull()
  })
})

describe('serveNode, whose client has gone', () => {
  it('begins none of the requests that it left behind (A1)', async () => {
    let begun = 0
    const open = await start(async () => {
      begun += 1
      await pause(100)
      return new Response('hello')
    })
    const [connection] = await open()
    const body = `POST / HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`
    await connection?.send(body + get.repeat(18))
    await pause(20)
    connection?.socket.resetAndDestroy()
    await pause(400)

    expect(begun).toBe(1)
  })
})

describe('serveNode, with many requests at once', () => {
  it.each([
    ['a read', 'GET', 'POST'],
    ['a write', 'POST', 'GET'],
  ])('begins %s before most of what came earlier and is none', async (_what, own, others) => {
    const begun: string[] = []
    const open = await start(async ({ method }) => {
      begun.push(method)
      await pause(5)
      return new Response(null)
    })
    const send = (connection: RawConnection, method: string): Promise<unknown> =>
      connection.send(`${method} / HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`)
    const all = await open(201)
    // The server has all of them when it has answered on each.
    for (const connection of all) expect(await statusOf(connection)).toBe(200)
    begun.length = 0
    await Promise.all(all.map((connection, index) => send(connection, index === 200 ? own : others)))
    for (const connection of all) await connection.answer()

    expect(begun.length).toBe(201)
    expect(begun.indexOf(own)).toBeLessThan(50)
  })
})

describe('serveNode, with many connections of one address (A1)', () => {
  const connectionsPerAddress = 3

  it('ends the oldest that is idle, and serves the new one', async () => {
    const open = await start(() => new Response('hello'), { connectionsPerAddress, keepAliveTimeout: 60 })
    const [idle] = await open()
    await statusOf(idle)
    const [second, third, fourth] = await open(3)
    await idle?.ended

    expect(await Promise.all([second, third, fourth].map(statusOf))).toEqual([200, 200, 200])
  })

  it('answers 408 on one that has sent the half of a head', async () => {
    const open = await start(() => new Response('hello'), {
      connectionsPerAddress,
      keepAliveTimeout: 60,
      headersTimeout: 60,
      requestTimeout: 60,
    })
    const [half] = await open()
    await half?.send('GET / HTTP/1.1\r\nHos')
    await pause(50)
    await open(3)

    expect((await half?.answer())?.status).toBe(408)
  })

  it('ends the oldest whose client reads nothing, where none is idle', async () => {
    const open = await start(() => new Response(large), { connectionsPerAddress })
    const slow = await open(3)
    for (const { socket, send } of slow) void (socket.pause(), send(get))
    await pause(200)
    const [other] = await open()

    expect(await statusOf(other)).toBe(200)
  })

  it('refuses a new one while all are at work', async () => {
    const open = await start(() => pause(300, new Response('slow')), { connectionsPerAddress })
    const working = (await open(3)).map(statusOf)
    await pause(50)
    const [other] = await open()
    await other?.ended

    expect(await Promise.all(working)).toEqual([200, 200, 200])
  })

  it.each([
    ['named', { trustedProxies: ['127.0.0.1'] }],
    ['that of an Auth', {}],
  ])('leaves a proxy alone, be it %s', async (_which, options) => {
    createAuth({ store: 'memory:', trustedProxies: ['127.0.0.0/8'], production: false })
    const { promise: allBegan, resolve } = Promise.withResolvers<void>()
    let begun = 0
    const handler = async (): Promise<Response> => {
      begun += 1
      if (begun === 10) resolve()
      await Promise.race([allBegan, pause(5_000)])
      return new Response('hello')
    }
    const open = await start(handler, { connectionsPerAddress, ...options })

    expect(new Set(await Promise.all((await open(10)).map(statusOf)))).toEqual(new Set([200]))
    expect(begun).toBe(10)
  })
})

describe('serveNode, asked to continue (A6)', () => {
  const expecting = `POST / HTTP/1.1\r\n${host}Content-Length: 3\r\nExpect: 100-continue\r\n\r\n`

  it('says so when the handler begins to read', async () => {
    const open = await start(async (request) => new Response(await request.text()))
    const [connection] = await open()
    await connection?.send(expecting)

    expect((await connection?.answer())?.status).toBe(100)
    await connection?.send('abc')
    expect((await connection?.answer())?.body).toBe('abc')
  })

  it('says nothing where the handler refuses the head', async () => {
    const open = await start(() => new Response('no', { status: 413 }))
    const [connection] = await open()
    await connection?.send(expecting)

    expect((await connection?.answer())?.status).toBe(413)
    expect(await connection?.answer()).toBeNull()
  })
})
