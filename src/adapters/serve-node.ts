import { once } from 'node:events'
import { createServer, maxHeaderSize, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { ConfigError } from '../errors.ts'
import { createIsTrusted, isTrustedByAny } from '../http/client-address.ts'
import type { AnyFetchHandler } from '../http/fetch-handler.ts'
import { closeOnSignal } from './close-on-signal.ts'
import { endWhenAnswered, refuseConnection } from './node-connection.ts'
import { type ConnectionLimits, type OpenConnections, serveConnections } from './node-connections.ts'
import { toNodeHandler } from './node-handler.ts'
import { fixedAnswer, statusOfClientError, type FixedStatus } from './node-refusal.ts'

/** How to serve. All times are in seconds. */
export interface ServeOptions {
  /** The port to listen on; 0 takes a free one (default: 3000). */
  port?: number
  /** The address to listen on (default: `127.0.0.1`, which only this machine reaches). Others reach `0.0.0.0` or `::`. */
  host?: string
  /** Whether SIGTERM and SIGINT call `close()`, and a second one ends the process at once (default: true). */
  signals?: boolean
  /** Called by `close()` after the last answer: the place to close databases. */
  onClose?: () => void | Promise<void>
  /** How long the headers of a request may take to arrive (default: 10). */
  headersTimeout?: number
  /** How long a whole request may take to arrive (default: 30). */
  requestTimeout?: number
  /** How long a connection may wait for its next request (default: 5). */
  keepAliveTimeout?: number
  /** How long an answer may make no progress, because its client doesn't read it (default: 30). */
  answerTimeout?: number
  /** How long `close()` waits for the answers under way (default: 10). */
  closeTimeout?: number
  /** How many connections there may be of one address; of IPv6, of the first 64 bits (default: 256). */
  connectionsPerAddress?: number
  /** Proxies, which may have more (default: the `trustedProxies` of every `createAuth()` of this process). */
  trustedProxies?: readonly string[]
}

/** A server that listens. */
export interface NodeServer {
  /** Where it is reached from this machine, as in `http://127.0.0.1:3000`. */
  readonly url: string
  readonly port: number
  /**
   * Stops. No new connection is accepted, idle ones are closed; answers under way are sent, with
   * `Connection: close`. What isn't sent within `closeTimeout` is cut. Further calls wait for the same end.
   */
  close(): Promise<void>
}

/**
 * Serves a fetch handler over HTTP/1.1, with limits that a public server needs: headers of at most 16 KiB (431; `--max-http-header-size` says otherwise),
 * requests that arrive in time (408), no malformed ones (400). Prints nothing.
 *
 * @throws {ConfigError} When the port can't be listened on, or a time is not a positive number.
 *
 * @example
 * const server = await serveNode(app.fetch, { port: 3000 })
 * console.log(`Listening on ${server.url}`)
 */
export async function serveNode(fetchHandler: AnyFetchHandler, options: ServeOptions = {}): Promise<NodeServer> {
  const { port = 3000, host = '127.0.0.1', signals = true, onClose, closeTimeout = 10 } = options
  requirePositive({ closeTimeout })

  const server = createLimitedServer(options)
  const connections = serveConnections(server, toNodeHandler(fetchHandler), limitsOf(options))
  refuseClientErrors(server, connections)
  const address = await listen(server, port, host)

  let closed: Promise<void> | null = null
  const leaveSignals = signals ? closeOnSignal(close) : () => {}

  function close(): Promise<void> {
    closed ??= stop(server, connections, closeTimeout).then(onClose).finally(leaveSignals)
    return closed
  }
  return { ...address, close }
}

function createLimitedServer(options: ServeOptions): Server {
  const { headersTimeout = 10, requestTimeout = 30, keepAliveTimeout = 5 } = options
  requirePositive({ headersTimeout, requestTimeout, keepAliveTimeout })
  return createServer({
    headersTimeout: Math.min(headersTimeout, requestTimeout) * 1000,
    requestTimeout: requestTimeout * 1000,
    keepAliveTimeout: keepAliveTimeout * 1000,
    connectionsCheckingInterval: 500,
    // Node's own setting, 16 KiB unless it is started with --max-http-header-size.
    maxHeaderSize,
    // Node would answer by itself, and without our headers; the adapter refuses a missing Host as well.
    requireHostHeader: false,
  })
}

function limitsOf(options: ServeOptions): ConnectionLimits {
  const { headersTimeout = 10, answerTimeout = 30, connectionsPerAddress = 256, trustedProxies } = options
  requirePositive({ answerTimeout })
  if (!(connectionsPerAddress >= 1)) throw new ConfigError('connectionsPerAddress must be a number from 1 on.')
  const isProxy = trustedProxies === undefined ? isTrustedByAny : createIsTrusted(trustedProxies)
  return { headersTimeout, answerTimeout, connectionsPerAddress, isProxy }
}

function requirePositive(times: Record<string, number>): void {
  for (const [name, seconds] of Object.entries(times)) {
    if (!(seconds > 0 && seconds < 2_000_000)) throw new ConfigError(`${name} must be a positive number of seconds.`)
  }
}

function refuseClientErrors(server: Server, connections: OpenConnections): void {
  function refuse(socket: Socket, status: FixedStatus): void {
    const connection = connections.find(socket)
    if (connection === undefined) socket.destroy()
    else refuseConnection(connection, fixedAnswer(status))
  }
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refuse(socket, statusOfClientError(error.code))
  })
  server.on('connect', (_incoming, socket: Socket) => {
    // Node no longer listens for errors of a socket that it has given away.
    socket.on('error', () => socket.destroy())
    refuse(socket, 400)
  })
  server.on('checkExpectation', (incoming) => {
    refuse(incoming.socket, 417)
  })
}

async function listen(server: Server, port: number, host: string): Promise<{ url: string; port: number }> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    throw new ConfigError(`Can't listen on port ${port} of ${host}: ${reasonOf(error)}`, { cause: error })
  }
  // A connection that can't be accepted, for want of file handles say, must not end the process.
  server.on('error', (error) => {
    console.error(error)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  const reachable = address.address === '0.0.0.0' || address.address === '::' ? 'localhost' : address.address
  const name = reachable.includes(':') ? `[${reachable}]` : reachable
  return { url: `http://${name}:${address.port}`, port: address.port }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') return 'another program uses it. Stop that program, or choose another port.'
  if (code === 'EACCES') return 'this user may not. Choose a port from 1024 on.'
  return 'choose another host or port.'
}

async function stop(server: Server, connections: OpenConnections, closeTimeout: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  for (const connection of connections.all()) endWhenAnswered(connection)
  const timer = setTimeout(() => {
    for (const { socket } of connections.all()) socket.destroy()
  }, closeTimeout * 1000)
  await closed
  clearTimeout(timer)
}
