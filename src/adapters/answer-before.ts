import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const line: unique symbol = Symbol('latchkey.line')

/** The requests of a connection that latchkey has met, and whose answers haven't left. */
interface Line {
  last: ServerResponse
  waiting: number
}

// Nobody sends so many before the first answer, but who wants to fill the memory.
const longestLine = 64

/**
 * Resolves when the answer before this one has left its connection. A server begins all requests that come in one piece, which
 * may be thousands, though it can send only one answer at a time. Meanwhile nothing more is read of the connection, and it ends
 * where too many wait: then this never resolves. `null` where the answer is the next to be sent.
 */
export function answerBefore(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> | null {
  // Requests that no socket brought have none.
  const socket: (Socket & { [line]?: Line }) | null | undefined = incoming.socket
  if (socket === null || socket === undefined) return null
  const ahead = socket[line]
  if (ahead === undefined) {
    socket[line] = { last: outgoing, waiting: 0 }
    return null
  }
  if (ahead.last === outgoing) return null
  // A server gives the connection to an answer when it is the next.
  if (outgoing.socket !== null || ahead.last.closed) {
    if (ahead.waiting === 0) ahead.last = outgoing
    return null
  }
  return waitInLine(socket, ahead, outgoing)
}

function waitInLine(socket: Socket, ahead: Line, outgoing: ServerResponse): Promise<void> {
  const before = ahead.last
  ahead.last = outgoing
  ahead.waiting += 1
  socket.pause()
  if (ahead.waiting > longestLine) socket.destroy()

  return new Promise((resolve) => {
    before.once('close', () => {
      // There is nobody to be answered any more, and so nothing to begin.
      if (socket.destroyed) return
      ahead.waiting -= 1
      if (ahead.waiting === 0) socket.resume()
      resolve()
    })
  })
}
