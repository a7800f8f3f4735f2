import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { systemClock } from '../clock.ts'

/** The bytes of a connection on their way to Node's parser. */
export interface Gate {
  /** Whether a request has begun to come of which Node doesn't know yet. */
  isInHead(): boolean
  /** Since when, in milliseconds, the rest of a head is waited for. */
  headSince(): number | null
  /** An answer has left: hands on what has waited for it. */
  goOn(): void
  /** Hands nothing on any more. */
  shut(): void
}

const endOfHead = '\r\n\r\n'
// In a body each cut costs more than it saves.
const leastOfBody = 512

/**
 * Hands a connection's bytes to Node one request at a time: those of the next one when the answer before has left, and none
 * is read meanwhile. Node itself would parse whatever comes in one piece, of up to 64 KiB, into as many requests as are in it,
 * which is thousands, and read on as long as the answers are short.
 *
 * @param owed - The answers that the connection owes, in the order of their requests.
 * @param inTurn - Runs what is to be handed on after an answer, when it is this connection's turn.
 */
export function gateRequests(
  socket: Socket,
  owed: readonly ServerResponse[],
  inTurn: (handOn: () => void) => void,
): Gate {
  // Node reads by a listener where it is given any other stream than a socket of its own. With a second listener it does so here.
  const [parse] = socket.listeners('data')
  let held: Buffer | null = null
  let headSince: number | null = null
  let isShut = false

  const isOpen = (): boolean => !isShut && socket.writable

  function take(bytes: Buffer): void {
    if (held === null) handOn(bytes)
    // It was on its way already.
    else held = Buffer.concat([held, bytes])
  }

  function handOn(bytes: Buffer): void {
    let rest = bytes
    while (isOpen()) {
      const last = owed.at(-1)
      if (last?.req.complete === true) {
        held = rest
        socket.pause()
        return
      }
      const end = rest.indexOf(endOfHead, last === undefined ? 0 : leastOfBody)
      headSince = last === undefined && end === -1 ? (headSince ?? systemClock.monotonicMs()) : null
      const size = end === -1 ? rest.length : end + endOfHead.length
      if (size === rest.length) {
        parse?.call(socket, rest)
        return
      }
      parse?.call(socket, rest.subarray(0, size))
      rest = rest.subarray(size)
    }
  }

  function goOn(): void {
    if (held === null || owed.length > 0) return
    const rest = held
    held = null
    handOn(rest)
    if (held === null && !isShut) socket.resume()
  }

  if (parse !== undefined) {
    socket.off('data', parse as () => void)
    socket.on('data', take)
    // Node resumes it for whoever reads a body.
    socket.on('resume', () => {
      if (held !== null) socket.pause()
    })
  }
  return {
    isInHead: () => headSince !== null || held !== null,
    headSince: () => headSince,
    goOn: () => {
      if (held !== null && owed.length === 0) inTurn(goOn)
    },
    shut: () => {
      isShut = true
      held = null
    },
  }
}
