import { once } from 'node:events'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { type AddressInfo, createConnection } from 'node:net'
import type { Duplex } from 'node:stream'
import { promisify } from 'node:util'
import { Server as SocketIo } from 'socket.io'
import { io } from 'socket.io-client'
import { type MockInstance, describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createNodeGuard, createUpgradeGuard, getUser } from '../../src/adapters/node.ts'
import { ConfigError, UnavailableError } from '../../src/index.ts'
import { type GuardWorld, createGuardWorld } from '../guards/guard-app.ts'

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A server of WebSockets that tells each who it is; and the world in which its users are. */
async function start(options = {}): Promise<GuardWorld & { readonly port: number; readonly server: Server }> {
  const world = await createGuardWorld()
  const guard = createUpgradeGuard({ auth: world.auth, ...options })
  const webSockets = new WebSocketServer({ noServer: true })
  const server = createServer((_request, response) => response.end())
  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const upgraded = await guard(request, socket)
    if (upgraded === null) return
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      upgraded.closeWhenEnded(webSocket)
      webSocket.send(upgraded.user.username)
    })
  }
  server.on('upgrade', (request, socket, head) => void upgrade(request, socket, head))
  return { ...world, server, port: await listen(server) }
}

function open(port: number, headers: Readonly<Record<string, string>>): WebSocket {
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers })
  // It tells of its end as of an error.
  webSocket.on('error', () => undefined)
  onTestFinished(() => webSocket.terminate())
  return webSocket
}

/** The status with which a handshake is refused. */
async function refusalOf(webSocket: WebSocket): Promise<number | undefined> {
  const [, response] = await once(webSocket, 'unexpected-response')
  return response.statusCode
}

describe('createUpgradeGuard', () => {
  it('lets a user through, whom the app finds (D9)', async () => {
    const { port, cookieOf } = await start()
    const [message] = await once(
      open(port, { origin: `http://127.0.0.1:${port}`, cookie: await cookieOf('ann') }),
      'message',
    )

    expect(String(message)).toBe('ann')
  })

  it.each([
    ['nobody', 401, {}, null],
    ['an inactive user', 401, {}, 'inactive'],
    ['no admin', 403, { adminOnly: true }, 'ann'],
  ] as const)('refuses %s with %i (D9)', async (_whom, status, options, username) => {
    const { port, cookieOf } = await start(options)
    const cookie = username === null ? '' : await cookieOf(username)

    expect(await refusalOf(open(port, { cookie }))).toBe(status)
  })

  it('refuses another site with 403, whoever it is (D9)', async () => {
    const { port, cookieOf } = await start()

    expect(await refusalOf(open(port, { origin: 'https://evil.example', cookie: await cookieOf('ann') }))).toBe(403)
  })

  it('keeps no connection that it has refused, whatever its client does', async () => {
    const { port, server } = await start()
    const client = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true })
    onTestFinished(() => void client.destroy())
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    const [answer] = await once(client, 'data')
    await once(client, 'end')

    expect(String(answer)).toMatch(/^HTTP\/1.1 401 /)
    const count = promisify(server.getConnections.bind(server))
    await expect.poll(() => count()).toBe(0)
  })

  it('answers 503 while the database can’t tell (D9)', async () => {
    const { port, store, cookieOf } = await start()
    const cookie = await cookieOf('ann')
    store.failWith('sessions.findWithUser', new UnavailableError())

    expect(await refusalOf(open(port, { cookie }))).toBe(503)
  })

  it.each<[object]>([[{ allowUnauthenticated: true }], [{ excludedPaths: ['/open'] }], [{ adminsOnly: true }]])(
    'takes no %j',
    (options) => {
      expect(() => createUpgradeGuard(options)).toThrow(ConfigError)
    },
  )
})

/** The look that is taken each minute. */
function lookOf(setInterval: MockInstance<typeof globalThis.setInterval>): () => void {
  const [look, ms] = setInterval.mock.calls.find(([, every]) => every === 60_000) ?? []
  expect(ms).toBe(60_000)
  return look as () => void
}

describe('a WebSocket that was let through', () => {
  it('is closed with 4401 at the next look after its session has ended, and not before (D9)', async () => {
    const setInterval = vi.spyOn(globalThis, 'setInterval')
    onTestFinished(() => setInterval.mockRestore())
    const { auth, port, cookieOf } = await start()
    const webSocket = open(port, { cookie: await cookieOf('ann') })
    await once(webSocket, 'message')
    const look = lookOf(setInterval)
    look()
    const { user } = await auth.users.findCandidate('ann')
    await auth.sessions.endAll(user?.id ?? '')
    const closed = once(webSocket, 'close')
    look()
    const [code] = await closed

    expect(code).toBe(4401)
  })
})

describe('createNodeGuard as a middleware of Socket.IO', () => {
  it('lets users in alone (D9)', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const guard = createNodeGuard({ auth })
    const server = createServer()
    const sockets = new SocketIo(server)
    onTestFinished(() => void sockets.close())
    sockets.engine.use(async (request: IncomingMessage, response: ServerResponse, next: () => void) => {
      if (await guard(request, response)) next()
    })
    sockets.on('connection', (socket) => socket.emit('hello', getUser(socket.request)?.username))
    const url = `http://127.0.0.1:${await listen(server)}`
    const connect = (cookie: string) => io(url, { extraHeaders: { cookie }, reconnection: false, forceNew: true })

    const ann = connect(await cookieOf('ann'))
    const nobody = connect('')
    onTestFinished(() => void [ann.close(), nobody.close()])
    const refused = new Promise<string>(
      (resolve) => void nobody.once('connect_error', (error) => resolve(error.message)),
    )
    const [hello] = await new Promise<[string]>((resolve) => void ann.once('hello', (name: string) => resolve([name])))

    expect(hello).toBe('ann')
    expect(await refused).toBe('xhr poll error')
  })
})
