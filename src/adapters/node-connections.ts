import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { systemClock } from '../clock.ts'
import { maxBytes } from '../http/body.ts'
import { type Address, addressPrefix, clientBehind, parseAddress } from '../http/client-address.ts'
import { createTurns } from '../http/turns.ts'
import { type Connection, type Neighbors, refuseConnection } from './node-connection.ts'
import type { NodeHandler } from './node-handler.ts'
import { fixedAnswer } from './node-refusal.ts'
import { gateRequests } from './one-at-a-time.ts'

/** What a server allows its connections. */
export interface ConnectionLimits {
  /** How many there may be of one address. */
  readonly connectionsPerAddress: number
  /** For how many seconds a head may be on its way. */
  readonly headersTimeout: number
  /** For how many seconds an answer may make no progress. */
  readonly answerTimeout: number
  /** Whether an address is a proxy's, which has as many as it likes. */
  readonly isProxy: (address: Address) => boolean
}

/** The connections of a server. */
export interface OpenConnections {
  all(): Iterable<Connection>
  find(socket: Socket): Connection | undefined
}

// Each connection waits once at most. Reads don't wait for writes: a session check goes on under a flood of logins, and a
// login under one of pages.
const everyone = { each: Infinity, all: Infinity }
const readTurns = createTurns(everyone, 2)
const writeTurns = createTurns(everyone)
// As many as a browser has connections. Beyond that, requests take turns.
const fewAtOnce = 6
// Who sends the next request before it has an answer waits for itself: one connection can't keep the event loop busy.
const pipelinePauseMs = 1
const refusalMs = 50
const mostUnread = 2 ** 26
// How often a client that doesn't read is looked at before its connection ends.
const looks = 15

/** Has a handler serve one request of each connection at a time, and keeps them, each with the answers it owes. */
export function serveConnections(server: Server, handler: NodeHandler, limits: ConnectionLimits): OpenConnections {
  const connections = new Map<Socket, Connection>()
  const addresses = new Map<string, Neighbors>()

  function neighborsOf(address: Address | null): [key: string, neighbors: Neighbors] {
    const key = address === null ? '' : addressPrefix(address, 64)
    const isProxy = address !== null && limits.isProxy(address)
    return [key, addresses.get(key) ?? { address, isProxy, all: new Set() }]
  }

  /** On how many connections an answer is being made or sent. */
  let working = 0
  let hasWarned = false

  function warnOfFull(key: string): void {
    if (hasWarned) return
    hasWarned = true
    console.error(
      `latchkey: ${key} has ${limits.connectionsPerAddress} connections that are all at work, and gets no more. Where it is a ` +
        'proxy, name it in trustedProxies; else raise connectionsPerAddress of serveNode().',
    )
  }

  function keep(socket: Socket): void {
    const [key, neighbors] = neighborsOf(parseAddress(socket.remoteAddress ?? ''))
    const isFull = !neighbors.isProxy && neighbors.all.size >= limits.connectionsPerAddress
    if (isFull && !makeRoom(neighbors.all)) {
      warnOfFull(key)
      socket.destroy()
      return
    }

    const owed: ServerResponse[] = []
    const gate = gateRequests(socket, owed, (handOn) => {
      setTimeout(() => writeTurns.take(key, handOn, handOn), pipelinePauseMs)
    })
    const connection: Connection = { socket, neighbors, owed, gate, onLeft: () => serveNext(connection) }
    connections.set(socket, connection)
    addresses.set(key, neighbors)
    neighbors.all.add(connection)
    socket.once('close', () => {
      gate.shut()
      connections.delete(socket)
      neighbors.all.delete(connection)
      if (owed.length > 0) working -= 1
      owed.length = 0
      if (neighbors.all.size === 0 && addresses.get(key) === neighbors) addresses.delete(key)
    })
  }

  function serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const connection = connections.get(incoming.socket)
    if (connection === undefined) return handler(incoming, outgoing)
    outgoing.on('close', connection.onLeft)
    if (connection.owed.push(outgoing) > 1) return undefined

    working += 1
    if (working > fewAtOnce) takeTurn(connection.neighbors, outgoing)
    else handler(incoming, outgoing)
    return undefined
  }

  /** Nobody is refused: a connection waits with what came after a request, and with nothing else. */
  function takeTurn(neighbors: Neighbors, outgoing: ServerResponse): void {
    const begin = (): void => beginLate(neighbors, outgoing)
    const turns = isRead(outgoing.req) ? readTurns : writeTurns
    turns.take(keyOf(neighbors, outgoing.req), begin, begin)
  }

  function beginLate({ all, isProxy }: Neighbors, outgoing: ServerResponse): void {
    if (!isProxy) endUnread(all)
    if (!outgoing.req.socket.destroyed) handler(outgoing.req, outgoing)
  }

  function serveNext({ socket, owed, gate }: Connection): void {
    if (owed.shift() === undefined) return
    const [next] = owed
    if (next === undefined) {
      working -= 1
      gate.goOn()
      // Whose client has gone isn't begun.
    } else if (!socket.destroyed) {
      handler(next.req, next)
    }
  }

  /** Behind a proxy turns go round by the client's address. */
  function keyOf({ address, isProxy }: Neighbors, { headers }: IncomingMessage): string {
    if (address === null) return ''
    const forwardedFor = headers['x-forwarded-for']
    const client = isProxy ? clientBehind(address, String(forwardedFor ?? ''), { isTrusted: limits.isProxy }) : address
    return addressPrefix(client, 64)
  }

  server.on('connection', keep)
  server.on('request', serve)
  server.on('checkContinue', (incoming, outgoing) => {
    continueWhenRead(incoming, outgoing)
    serve(incoming, outgoing)
  })
  endStalled(server, connections, limits)
  return { all: () => connections.values(), find: (socket) => connections.get(socket) }
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
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

/** Ends the oldest connections whose clients don't read, where what waits for all of them is more than an address may have. */
function endUnread(neighbors: ReadonlySet<Connection>): void {
  let unread = 0
  for (const { socket } of neighbors) unread += socket.writableLength
  for (const { socket } of neighbors) {
    if (unread <= mostUnread) return
    unread -= socket.writableLength
    if (socket.writableLength > 0) socket.destroy()
  }
}

function isClientSlow({ socket, owed }: Connection): boolean {
  return socket.writableLength > 0 || owed.at(-1)?.req.complete === false
}

/** Ends connections whose client reads nothing of an answer, and those without a request after `keepAliveTimeout`. */
function endStalled(
  server: Server,
  connections: ReadonlyMap<Socket, Connection>,
  { answerTimeout, headersTimeout }: ConnectionLimits,
): void {
  const everyMs = (answerTimeout * 1000) / looks
  const unread = new WeakMap<Socket, { readonly length: number; readonly sent: number; readonly since: number }>()
  const stalls = new WeakMap<Socket, { readonly since: number; readonly seen: number }>()

  /** To Node, what a client sends is progress as well. */
  function isStalledAndSends(socket: Socket): boolean {
    const now = systemClock.monotonicMs()
    const { writableLength: length, bytesRead: sent } = socket
    const before = unread.get(socket)
    if (before?.length !== length) unread.set(socket, { length, sent, since: now })
    else return length > 0 && sent > before.sent && now - before.since >= answerTimeout * 1000
    return false
  }

  // Only where an answer is in the way: a timer for each would be dear. It is Node's, which knows whether some of it leaves.
  const timer = setInterval(() => {
    const headsFrom = systemClock.monotonicMs() - headersTimeout * 1000 - everyMs
    for (const connection of connections.values()) {
      const { socket, gate } = connection
      if (socket.writableLength > 0 && socket.timeout !== everyMs) socket.setTimeout(everyMs)
      if (isStalledAndSends(socket)) socket.destroy()
      // Node itself waits for ever where nothing comes but line ends.
      if ((gate.headSince() ?? Infinity) < headsFrom) refuseConnection(connection, fixedAnswer(408))
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
    const since = before !== undefined && now - before.seen < 1.9 * everyMs ? before.since : now - everyMs
    stalls.set(socket, { since, seen: now })
    if (socket.writableLength === 0) socket.setTimeout(0)
    else if (now - since < answerTimeout * 1000 - 1) socket.setTimeout(everyMs)
    else socket.destroy()
  })
}
