import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Address } from '../http/client-address.ts'
import type { Gate } from './one-at-a-time.ts'

const lingerMs = 1000

/** All connections of one address. */
export interface Neighbors {
  readonly address: Address | null
  readonly isProxy: boolean
  readonly all: Set<Connection>
}

/** A connection of a server. */
export interface Connection {
  readonly socket: Socket
  readonly neighbors: Neighbors
  /** The answers it owes, in the order of their requests. */
  readonly owed: ServerResponse[]
  readonly gate: Gate
  /** Hears that the first of these answers has left. */
  readonly onLeft: () => void
}

/** Reads no more from this connection, whoever asks for more. */
function stopReading(socket: Socket): void {
  socket.pause()
  socket.on('resume', () => {
    socket.pause()
  })
}

/**
 * Sends `lastBytes` (default: nothing) and the end, and closes the connection a second later, without reading what
 * the client still sends. Closing at once with bytes unread would be a reset, which can overtake the answer.
 */
function endNow(socket: Socket, lastBytes = ''): void {
  stopReading(socket)
  socket.end(lastBytes)
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}

/** Has Node end this connection by `endNow`, when it comes to end it. */
export function endWithoutReading(socket: Socket): void {
  socket.destroySoon = () => {
    endNow(socket)
  }
}

/** Ends the connection when this answer is sent, and says so in its head where that isn't sent yet. */
function endAfter(outgoing: ServerResponse, socket: Socket): void {
  outgoing.shouldKeepAlive = false
  outgoing.once('close', () => socket.destroySoon())
}

/** Ends a connection when the answers that it owes are sent. */
export function endWhenAnswered({ socket, owed, gate }: Connection): void {
  gate.shut()
  const last = owed.at(-1)
  if (last === undefined) socket.destroySoon()
  else endAfter(last, socket)
}

/**
 * Ends a connection on which nothing valid will follow. Answers to whole requests are still sent; after them, an
 * answer to the part of a request would come at the wrong place.
 */
export function refuseConnection({ socket, owed, gate }: Connection, answer: string): void {
  gate.shut()
  const lastWhole = owed.findLast((outgoing) => outgoing.req.complete)
  if (lastWhole !== undefined) {
    stopReading(socket)
    endAfter(lastWhole, socket)
  } else if (!socket.writable || socket.bytesRead === 0 || owed.some((outgoing) => outgoing.headersSent)) {
    socket.destroy()
  } else {
    endNow(socket, answer)
  }
}
