import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const line: unique symbol = Symbol('latchkey.line')

/** The requests of a connection that wait for the answers before them. */
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
  // A server gives the connection to an answer when it is the next.
  if (outgoing.socket !== null) return null
  const socket: (Socket & { [line]?: Line }) | null = incoming.socket
  const before = socket?.[line]?.last ?? answerUnderWay(socket)
  if (socket === null || before === null || before.closed) return null
  return waitInLine(socket, before, outgoing)
}

/** Node's own note of it; where it is missing, nobody waits. */
function answerUnderWay(socket: Socket | null): ServerResponse | null {
  const answer: unknown = socket !== null && '_httpMessage' in socket ? socket['_httpMessage'] : null
  return isAnswer(answer) ? answer : null
}

function isAnswer(value: unknown): value is ServerResponse {
  return typeof value === 'object' && value !== null && 'closed' in value && 'once' in value
}

function waitInLine(
  socket: Socket & { [line]?: Line },
  before: ServerResponse,
  outgoing: ServerResponse,
): Promise<void> {
  const ahead = (socket[line] ??= { last: outgoing, waiting: 0 })
  ahead.last = outgoing
  ahead.waiting += 1
  socket.pause()
  if (ahead.waiting > longestLine) socket.destroy()

  return new Promise((resolve) => {
    before.once('close', () => {
      // There is nobody to be answered any more, and so nothing to begin.
      if (socket.destroyed) return
      ahead.waiting -= 1
      if (ahead.waiting === 0) {
        delete socket[line]
        socket.resume()
      }
      resolve()
    })
  })
}
