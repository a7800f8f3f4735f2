import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ConfigError, UnavailableError } from '../errors.ts'
import { type AuthenticateOptions, createAuthenticate } from '../guards/authenticate.ts'
import { createRefuse } from '../guards/refuse.ts'
import { requestedPath } from '../http/host-context.ts'
import type { User } from '../user/user-store.ts'
import { IncomingHead } from './node-guard.ts'
import { sendResponse } from './node-handler.ts'

/** Who opened a connection that is no longer HTTP. */
export interface UpgradedUser {
  readonly user: User
  /**
   * Closes a WebSocket with code 4401 when the session has ended, or its user may no longer be here: within a minute. A database
   * that can't tell closes nothing. An open connection is no use of the session, and doesn't extend it.
   */
  closeWhenEnded(webSocket: { close(code: number, reason: string): void }): void
}

/**
 * Stands in front of what takes over a connection. `null`: the guard has refused it, and ends it.
 *
 * @param socket - As the event `upgrade` gives it, and not read yet.
 */
export type UpgradeGuard = (incoming: IncomingMessage, socket: Duplex) => Promise<UpgradedUser | null>

/** A WebSocket's own code for what HTTP says by 401: codes from 4000 on are an application's. */
const endedCode = 4401
const checkEveryMs = 60_000

/**
 * A guard for the event `upgrade` of a server of `node:http`, and so for WebSockets: only users get through, from the
 * app's own site alone (403, 401, 503).
 *
 * @example
 * const guard = createUpgradeGuard({ auth })
 * server.on('upgrade', async (request, socket, head) => {
 *   const upgraded = await guard(request, socket)
 *   if (upgraded === null) return
 *   webSockets.handleUpgrade(request, socket, head, (webSocket) => upgraded.closeWhenEnded(webSocket))
 * })
 *
 * @throws {ConfigError} When an option is wrong, or lets through whom nobody knows.
 */
export function createUpgradeGuard(options: AuthenticateOptions = {}): UpgradeGuard {
  if (options.allowUnauthenticated === true || options.excludedPaths !== undefined) {
    throw new ConfigError(
      'createUpgradeGuard() lets users through alone: leave allowUnauthenticated and excludedPaths out.',
    )
  }
  const authenticate = createAuthenticate(options)
  const lookAgain = createAuthenticate(options, false)
  const refuse = createRefuse(options)
  const noPath = (): string => ''

  return async function guard(incoming, socket) {
    // Until somebody takes the socket over, nobody listens for its errors.
    const ignore = (): void => undefined
    socket.on('error', ignore)
    const head = new IncomingHead(incoming)
    const result = await authenticate(head, noPath)
    if (!result.ok || result.user === null) {
      if (!result.ok) answer(refuse(head, result, requestedPath({ incoming }), { incoming }), incoming)
      return null
    }
    socket.off('error', ignore)

    return {
      user: result.user,
      closeWhenEnded(webSocket) {
        // It won't say again that it has closed.
        if (socket.destroyed) return
        const timer = setInterval(() => void look(), checkEveryMs).unref()
        socket.once('close', () => clearInterval(timer))

        async function look(): Promise<void> {
          const again = await lookAgain(head, noPath)
          if (again.ok || again.error instanceof UnavailableError) return
          clearInterval(timer)
          webSocket.close(endedCode, 'The session has ended.')
        }
      },
    }
  }
}

/** As the server would answer a request, on a connection that it has given away, and whose end nobody else sees to. */
function answer(response: Response, incoming: IncomingMessage): void {
  const { socket } = incoming
  const outgoing = new ServerResponse(incoming)
  outgoing.shouldKeepAlive = false
  outgoing.assignSocket(socket)
  outgoing.once('finish', () => socket.destroySoon())
  sendResponse(response, incoming, outgoing)
}
