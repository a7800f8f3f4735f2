import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingMessage, createServer, request } from 'node:http'
import { connect } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json, text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { Hono } from 'hono'
import express from 'express'
import Fastify from 'fastify'
import Koa from 'koa'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toExpressHandler } from '../../src/adapters/express.ts'
import { toFastifyPlugin } from '../../src/adapters/fastify.ts'
import { toKoaMiddleware } from '../../src/adapters/koa.ts'
import { toNodeHandler } from '../../src/adapters/node.ts'
import { type AuthOptions, type FetchHandler, createAuth } from '../../src/index.ts'
import { formatAddress } from '../../src/http/client-address.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { isNginxMissing } from './nginx.ts'
import { type ProxiedApp, documentedServer, listenOnUnixSocket, startProxiedApp } from './proxied-app.ts'

async function startAtUnixSocket(options: AuthOptions): Promise<ProxiedApp> {
  const app = await startProxiedApp((place) => documentedServer(2, place), options, listenOnUnixSocket)
  onTestFinished(() => app.close())
  return app
}

/** As many failures as one address may have. */
async function failThreeTimes(app: ProxiedApp): Promise<void> {
  for (const claimed of ['203.0.113.1', 'unix:', 'unix:, 203.0.113.2']) {
    await app.logIn({ password: 'wrong', headers: { 'x-forwarded-for': claimed, 'x-real-ip': claimed } })
  }
}

function newSocket(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-unix-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'app.sock')
}

async function ask(socketPath: string, forwardedFor?: string): Promise<unknown> {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ socketPath, path: '/', headers, agent: false }).on('response', resolve).on('error', reject).end()
  })
  return json(answer)
}

describe.skipIf(isNginxMissing('an app at a Unix socket'))('an app at a Unix socket, behind nginx', () => {
  it('counts by the client’s address, whatever the client claims (rows 73, 74, B2)', async () => {
    const app = await startAtUnixSocket({ trustedProxies: ['unix:'] })
    await failThreeTimes(app)

    expect((await app.logIn({ headers: { 'x-forwarded-for': '203.0.113.4' } })).status).toBe(429)
    expect((await app.logIn({ from: '127.0.0.3' })).status).toBe(303)
    expect(new Set(app.events.map(({ addressPrefix }) => addressPrefix))).toEqual(
      new Set(['127.0.0.2', '127.0.0.3', null]),
    )
    expect(app.events.map(({ type }) => type)).not.toContain('client_address_unknown')
  })

  it('believes nothing where that isn’t named, and says how to (rows 73, 74, B2)', async () => {
    const app = await startAtUnixSocket({ trustedProxies: ['127.0.0.1'] })
    await failThreeTimes(app)
    const told = app.events.filter(({ type }) => type === 'client_address_unknown')

    expect(told).toMatchObject([{ reason: 'unix_socket' }])
    expect(app.events.map(({ addressPrefix }) => addressPrefix)).not.toContain('203.0.113.1')
  })
})

const tell = (options: AuthOptions): [handler: FetchHandler, reasons: (string | null)[]] => {
  const reasons: (string | null)[] = []
  const auth = createAuth({ store: memoryStore(), ...options, onEvent: ({ reason }) => void reasons.push(reason) })
  return [
    async (received, context) => {
      const address = auth.clientAddress(received, context)
      return Response.json({ address: address && formatAddress(address) })
    },
    reasons,
  ]
}

type Listen = (handler: FetchHandler, path: string) => Promise<() => unknown>

const listeners: Readonly<Record<string, Listen>> = {
  async 'node:http'(handler, path) {
    const server = createServer(toNodeHandler(handler)).listen(path)
    await once(server, 'listening')
    return () => server.close()
  },
  async hono(handler, path) {
    const app = new Hono()
    app.mount('/', handler)
    const server = createServer(toNodeHandler(app.fetch)).listen(path)
    await once(server, 'listening')
    return () => server.close()
  },
  async express(handler, path) {
    const server = express().all('/', toExpressHandler(handler)).listen(path)
    await once(server, 'listening')
    return () => server.close()
  },
  async fastify(handler, path) {
    const app = Fastify()
    app.register(toFastifyPlugin(handler), { prefix: '/' })
    await app.listen({ path })
    return () => app.close()
  },
  async koa(handler, path) {
    const server = new Koa().use(toKoaMiddleware(handler)).listen(path)
    await once(server, 'listening')
    return () => server.close()
  },
}

describe.each(Object.entries(listeners))('%s at a Unix socket', (_name, listen) => {
  async function start(options: AuthOptions): Promise<{ path: string; reasons: (string | null)[] }> {
    const [handler, reasons] = tell(options)
    const path = newSocket()
    const close = await listen(handler, path)
    onTestFinished(() => void close())
    return { path, reasons }
  }

  it('tells the client by X-Forwarded-For where the socket is trusted (row 73, B2)', async () => {
    const { path, reasons } = await start({ trustedProxies: ['unix:'] })

    expect(await ask(path, '198.51.100.9, 203.0.113.7')).toEqual({ address: '203.0.113.7' })
    expect(await ask(path)).toEqual({ address: null })
    expect(reasons).toEqual(['no_forwarded_for'])
  })

  it('knows nobody where it isn’t (row 73, B2)', async () => {
    const { path, reasons } = await start({})

    expect(await ask(path, '203.0.113.7')).toEqual({ address: null })
    expect(reasons).toEqual(['unix_socket'])
  })
})

describe.each([
  ['Bun', ['bun']],
  ['Deno', ['deno', 'run', '--allow-all', `--import-map=${import.meta.dirname}/deno-imports.json`]],
])('%s at a Unix socket', (_name, [program = '', ...args]) => {
  async function start(...trustedProxies: readonly string[]): Promise<string> {
    const path = newSocket()
    const child = spawn(program, [...args, join(import.meta.dirname, 'unix-child.ts'), path, ...trustedProxies], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const exited = once(child, 'exit')
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await exited
    })
    await untilListening(path)
    return path
  }

  it('tells the client by X-Forwarded-For where the socket is trusted (row 73, B2)', async () => {
    const path = await start('unix:')

    expect(await ask(path, '198.51.100.9, 203.0.113.7')).toEqual({ address: '203.0.113.7', events: [] })
  })

  it('knows nobody where it isn’t, and says so (row 73, B2)', async () => {
    const path = await start()

    expect(await ask(path, '203.0.113.7')).toEqual({
      address: null,
      events: [['client_address_unknown', 'unix_socket']],
    })
  })
})

describe('a server of a network whose trustedProxies name Unix sockets', () => {
  it('takes no client for one that resets its connection (row 73, B2)', async () => {
    const seen: (string | null)[] = []
    const auth = createAuth({ store: memoryStore(), trustedProxies: ['unix:'], onEvent: () => undefined })
    const handled = Promise.withResolvers<void>()
    const server = createServer(
      toNodeHandler(async (received, context) => {
        await pause(200)
        const address = auth.clientAddress(received, context)
        seen.push(address && formatAddress(address))
        handled.resolve()
        return new Response()
      }),
    ).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const client = connect(port, '127.0.0.1')
    client.write('GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n')
    await pause(50)
    client.resetAndDestroy()
    await handled.promise

    expect(seen).toEqual(['0.0.0.0'])
  })

  it('reads no PROXY protocol: such a line is a 400', async () => {
    const server = createServer(toNodeHandler(() => new Response('in'))).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const client = connect(port, '127.0.0.1')
    client.write('PROXY TCP4 203.0.113.7 127.0.0.1 4711 80\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n')

    expect(await text(client)).toMatch(/^HTTP\/1\.1 400 /)
  })
})

async function untilListening(path: string): Promise<void> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
  } catch {
    await pause(50)
    await untilListening(path)
  } finally {
    socket.destroy()
  }
}
