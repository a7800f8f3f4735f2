import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { toNodeHandler } from '../../src/adapters/node.ts'
import { requestedPath } from '../../src/http/host-context.ts'

type Middleware = (incoming: IncomingMessage, outgoing: ServerResponse) => void | Promise<void>

let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** Starts a server that runs `before`, and then the handler as a framework would call it. */
async function start(
  handler: (request: Request, context?: unknown) => Response | Promise<Response>,
  before?: Middleware,
) {
  const nodeHandler = toNodeHandler(handler)
  async function run(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    await before?.(incoming, outgoing)
    nodeHandler(incoming, outgoing)
  }
  server = createServer((incoming, outgoing) => void run(incoming, outgoing))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function echo(request: Request): Promise<Response> {
  return new Response(await request.text())
}

function post(url: string, body: BodyInit | null, type: string): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'Content-Type': type }, duplex: 'half' } as RequestInit)
}

/** A middleware that reads the body and leaves `body` in its place, as `express.json()` does. */
function parsedAs(body: unknown): Middleware {
  return async (incoming) => {
    await text(incoming)
    Object.assign(incoming, { body })
  }
}

describe('toNodeHandler', () => {
  it('hands over method, URL, headers and the client’s socket', async () => {
    const url = await start((request, context) => {
      const { incoming } = context as { incoming: IncomingMessage }
      return Response.json([request.method, request.url, request.headers.get('x-a'), incoming.socket.remoteAddress])
    })

    const response = await fetch(`${url}/a?b=c`, { method: 'PUT', headers: { 'X-A': 'd' } })
    expect(await response.json()).toEqual(['PUT', `${url}/a?b=c`, 'd', '127.0.0.1'])
  })

  it('hands over a streaming body as it arrives', async () => {
    const firstRead = Promise.withResolvers<void>()
    const url = await start(async (request) => {
      const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = request.body?.getReader()
      const first = await reader?.read()
      firstRead.resolve()
      const second = await reader?.read()
      return new Response(Buffer.concat([first?.value ?? Buffer.of(), second?.value ?? Buffer.of()]))
    })
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from('one ')),
      async pull(controller) {
        await firstRead.promise
        controller.enqueue(Buffer.from('two'))
        controller.close()
      },
    })

    expect(await (await post(url, body, 'text/plain')).text()).toBe('one two')
  })

  it('keeps two Set-Cookie headers apart', async () => {
    const url = await start(() => {
      const headers = new Headers([
        ['Set-Cookie', 'a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT'],
        ['Set-Cookie', 'b=2'],
      ])
      return new Response(null, { status: 303, headers })
    })

    const response = await fetch(url, { redirect: 'manual' })
    expect(response.headers.getSetCookie()).toEqual(['a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT', 'b=2'])
  })

  it('hands over a path as a mount has cut it, and the whole one beside it', async () => {
    const url = await start(
      (request, context) => new Response(`${request.url} ${requestedPath(context)}`),
      (incoming) => {
        Object.assign(incoming, { originalUrl: '/auth/login/?next=/a', url: '/?next=/a' })
      },
    )

    expect(await (await fetch(`${url}/auth/login/?next=/a`)).text()).toBe(`${url}/?next=/a /auth/login/?next=/a`)
  })

  it('leaves the global Request and Response alone', async () => {
    const before = [globalThis.Request, globalThis.Response]
    await start(echo)

    expect([globalThis.Request, globalThis.Response]).toEqual(before)
  })
})

describe('toNodeHandler, after a middleware that parsed the body', () => {
  const json = 'application/json'
  const form = 'application/x-www-form-urlencoded'

  it.each([
    ['an object from JSON', json, { a: 'b', c: [1, null], d: { e: true } }, '{"a":"b","c":[1,null],"d":{"e":true}}'],
    ['an empty object from JSON', json, {}, '{}'],
    ['an array from JSON', json, [1, 2], '[1,2]'],
    ['null from JSON', json, null, 'null'],
    ['a string from JSON', json, 'text', '"text"'],
    ['an object of a type with parameters', 'application/json; charset=utf-8', { a: 1 }, '{"a":1}'],
    ['a form', form, { username: 'ann', password: 'a b&c=ü+' }, 'username=ann&password=a+b%26c%3D%C3%BC%2B'],
    ['a form of a type in capitals', form.toUpperCase(), { a: 'b' }, 'a=b'],
    ['a form with a repeated field', form, { a: ['1', '2'] }, 'a=1&a=2'],
    ['a form with a nested field', form, { a: { b: 'c' } }, 'a=%7B%22b%22%3A%22c%22%7D'],
    ['a form with an object without prototype', form, Object.assign(Object.create(null), { a: 'b' }), 'a=b'],
    ['an empty form', form, {}, ''],
    [
      'a multipart form',
      'multipart/form-data; boundary="x y"',
      { a: 'b', 'c"\n': ['d', '2'] },
      '--x y\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x y\r\nContent-Disposition: form-data; name="c%22%0A"\r\n\r\nd\r\n--x y\r\nContent-Disposition: form-data; name="c%22%0A"\r\n\r\n2\r\n--x y--\r\n',
    ],
    ['a text', 'text/plain', 'text', 'text'],
    ['bytes', 'application/octet-stream', Buffer.from('bytes'), 'bytes'],
    ['bytes of JSON', json, Buffer.from('{"a":1}'), '{"a":1}'],
  ])('takes %s from req.body', async (_name, type, body, expected) => {
    const url = await start(echo, parsedAs(body))

    expect(await (await post(url, 'x', type)).text()).toBe(expected)
  })

  it('reads the body itself where req.body is only a placeholder', async () => {
    const url = await start(echo, (incoming) => {
      Object.assign(incoming, { body: {} })
    })

    expect(await (await post(url, 'a=b', form)).text()).toBe('a=b')
  })

  it('prefers the raw body that a host has kept', async () => {
    const url = await start(echo, async (incoming) => {
      Object.assign(incoming, { rawBody: Buffer.from(await text(incoming)), body: { parsed: true } })
    })

    expect(await (await post(url, '{"raw":1}', json)).text()).toBe('{"raw":1}')
  })

  it('answers 500, names the cure on the console and does not hang when the body is gone', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const url = await start(echo, async (incoming) => {
      await text(incoming)
    })

    expect((await post(url, 'a=b', form)).status).toBe(500)
    expect(logged.mock.calls.join('\n')).toContain('req.body')
    logged.mockRestore()
  })

  it('hands over a request without a body', async () => {
    const url = await start(echo, async (incoming) => {
      await text(incoming)
    })

    expect(await (await fetch(url, { method: 'POST' })).text()).toBe('')
  })
})
