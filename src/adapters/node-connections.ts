import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { systemClock } from '../clock.ts'
import { maxBytes } from '../http/body-bytes.ts'
import { addressPrefix, parseAddress } from '../http/client-address.ts'
import { createTurns } from '../http/turns.ts'
import { type Connection, refuseConnection } from './node-connection.ts'
import type { NodeHandler } from './node-handler.ts'
import { fixedAnswer } from './node-refusal.ts'
import { gateRequests } from './one-at-a-time.ts'

/** What a server allows its connections. */
export interface ConnectionLimits {
  /** How many there may be of one address. */
  readonly connectionsPerAddress: number
  /** For how many seconds an answer may make no progress. */
  readonly answerTimeout: number
  /** Whether an address is a proxy's, which has as many as it likes. */
  readonly isProxy: (address: readonly number[]) => boolean
}

/** The connections of a server. */
export interface OpenConnections {
  all(): Iterable<Connection>
  find(socket: Socket): Connection | undefined
}

// A connection waits with what came after a request, and with nothing else.
const turns = createTurns({ each: Infinity, all: Infinity })
const refusalMs = 50
// How often a client that doesn't read is looked at before its connection ends.
const looks = 15

/** Has a handler serve one request of each connection at a time, and keeps them, each with the answers it owes. */
export function serveConnections(server: Server, handler: NodeHandler, limits: ConnectionLimits): OpenConnections {
  const connections = new Map<Socket, Connection>()
  const addresses = new Map<string, Set<Connection>>()

  function keep(socket: Socket): void {
    const address = parseAddress(socket.remoteAddress ?? '')
    const isProxy = address !== null && limits.isProxy(address)
    const key =
      address === null || isProxy ? `${socket.remoteAddress}:${socket.remotePort}` : addressPrefix(address, 64)
    const neighbors = addresses.get(key) ?? new Set()
    if (neighbors.size >= limits.connectionsPerAddress && !makeRoom(neighbors)) {
      socket.destroy()
      return
    }

    const owed: ServerResponse[] = []
    const gate = gateRequests(socket, owed, (handOn) => turns.take(key, handOn))
    const connection: Connection = { socket, owed, gate }
    connections.set(socket, connection)
    addresses.set(key, neighbors.add(connection))
    socket.once('close', () => {
      gate.shut()
      connections.delete(socket)
      if (neighbors.delete(connection) && neighbors.size === 0) addresses.delete(key)
    })
  }

  function serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const connection = connections.get(incoming.socket)
    if (connection === undefined) return handler(incoming, outgoing)
    const { owed, gate } = connection
    outgoing.once('close', () => {
      owed.shift()
      const [next] = owed
      if (next === undefined) gate.goOn()
      else handler(next.req, next)
    })
    if (owed.push(outgoing) === 1) handler(incoming, outgoing)
    return undefined
  }

  server.on('connection', keep)
  server.on('request', serve)
  server.on('checkContinue', (incoming, outgoing) => {
    continueWhenRead(incoming, outgoing)
    serve(incoming, outgoing)
  })
  endStalled(server, connections, limits.answerTimeout)
  return { all: () => connections.values(), find: (socket) => connections.get(socket) }
}

/**
 * Says `100 Continue` to a client when its body is asked for, and not where it is refused from its head. Some apps ask for it
 * before the handler has seen the head: what is large waits a moment for a refusal.
 */
function continueWhenRead(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const isLarge = Number(incoming.headers['content-length'] ?? 0) > maxBytes
  // What Node calls when somebody begins to read.
  const name = '_read'
  const read = incoming[name].bind(incoming)
  incoming[name] = (size) => {
    incoming[name] = read
    if (isLarge) setTimeout(sayContinue, refusalMs)
    else sayContinue()
    read(size)
  }

  function sayContinue(): void {
    if (!outgoing.headersSent && !outgoing.destroyed) outgoing.writeContinue()
  }
}

/** Ends a connection that waits for its client: the oldest without a request, or else the oldest whose client is slow. */
function makeRoom(neighbors: Set<Connection>): boolean {
  const all = [...neighbors]
  const leaves = all.find(({ owed }) => owed.length === 0) ?? all.find(isClientSlow)
  if (leaves === undefined) return false
  neighbors.delete(leaves)
  if (leaves.gate.isInHead()) refuseConnection(leaves, fixedAnswer(408))
  else leaves.socket.destroy()
  return true
}

function isClientSlow({ socket, owed }: Connection): boolean {
  return socket.writableLength > 0 || owed.at(-1)?.req.complete === false
}

/** Ends connections whose client reads nothing of an answer, and those without a request after `keepAliveTimeout`. */
function endStalled(server: Server, connections: ReadonlyMap<Socket, Connection>, answerTimeout: number): void {
  const everyMs = (answerTimeout * 1000) / looks
  const stalls = new WeakMap<Socket, { readonly since: number; readonly seen: number }>()

  // Only where an answer is in the way: a timer for each would be dear. It is Node's, which knows whether some of it leaves.
  const timer = setInterval(() => {
    for (const { socket } of connections.values()) {
      if (socket.writableLength > 0 && socket.timeout !== everyMs) socket.setTimeout(everyMs)
    }
  }, everyMs).unref()
  server.on('close', () => clearInterval(timer))

  server.on('timeout', (socket: Socket) => {
    if (connections.get(socket)?.owed.length === 0) {
      socket.destroy()
      return
    }
    const now = systemClock.monotonicMs()
    const before = stalls.get(socket)
    // There is no such event in a time in which some of the answer has left, so it comes later.
    const since = before !== undefined && now - before.seen < 1.5 * everyMs ? before.since : now - everyMs
    stalls.set(socket, { since, seen: now })
    if (socket.writableLength === 0) socket.setTimeout(0)
    else if (now - since < answerTimeout * 1000 - 1) socket.setTimeout(everyMs)
    else socket.destroy()
  })
}
