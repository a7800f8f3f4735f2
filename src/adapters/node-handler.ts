import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { ConfigError } from '../errors.ts'
import type { AnyFetchHandler } from '../http/fetch-handler.ts'
import { answerBefore } from './answer-before.ts'
import { endWithoutReading } from './node-connection.ts'
import { fixedResponse } from './node-refusal.ts'
import { hasBody, takeParsedBody } from './parsed-body.ts'
import { completeRawHeaders } from './raw-headers.ts'

/** What `http.createServer()`, and `app.use()` of Express and its like, accept. */
export type NodeHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/**
 * Makes a fetch handler one for `node:http`, and so for Express and whatever else is built on it.
 *
 * A body that another middleware has parsed already is taken from `req.body`. Where a mount has cut the path, as
 * `app.use('/login/', …)` of Express does, `request.url` is cut as well; `req.originalUrl` has all of it. An error of
 * the handler is written to the console and answered with 500 and a fixed text. An answer to a body that wasn't read to
 * its end closes the connection.
 *
 * @example
 * createServer(toNodeHandler(sessionLogin())).listen(3000)
 */
export function toNodeHandler(fetchHandler: AnyFetchHandler): NodeHandler {
  return createNodeHandler((request, context) => {
    takeParsedBody(context.incoming)
    requireUnread(context.incoming)
    return fetchHandler(request, context)
  })
}

/** Sends an answer that took nothing of the body, whoever else has read it. */
export function sendResponse(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): void {
  createNodeHandler(() => response)(incoming, outgoing)
}

function createNodeHandler(
  fetchHandler: (request: Request, context: HttpBindings) => Response | Promise<Response>,
): NodeHandler {
  async function answer(request: Request, context: HttpBindings): Promise<Response> {
    const refusal = refusalOf(context.incoming)
    if (refusal !== null) return fixedResponse(refusal)
    try {
      return requireResponse(await fetchHandler(request, context))
    } catch (error) {
      // A client that left is no fault of the app's.
      if (!context.outgoing.destroyed) console.error(error)
      return fixedResponse(500)
    } finally {
      // What has arrived may be parsed no further than the head yet.
      if (isUnfinished(context.incoming)) await setImmediate()
      if (isUnfinished(context.incoming)) context.outgoing.shouldKeepAlive = false
    }
  }
  const listener = getRequestListener((request, context) => answer(request, context as HttpBindings), {
    overrideGlobalObjects: false,
    errorHandler: () => fixedResponse(400),
  })

  function answerNow(incoming: IncomingMessage, outgoing: ServerResponse): void {
    completeRawHeaders(incoming)
    if (hasBody(incoming)) {
      // What is left of a body may be endless, so it isn't read to get at the next request.
      outgoing.prependOnceListener('finish', () => {
        if (isUnfinished(incoming)) endWithoutReading(incoming.socket)
      })
    }
    void listener(incoming, outgoing)
  }

  return (incoming, outgoing) => {
    const before = answerBefore(incoming, outgoing)
    if (before === null) answerNow(incoming, outgoing)
    else void before.then(() => answerNow(incoming, outgoing))
  }
}

/** What HTTP allows, and no `Request` can be: a router that makes one of it would throw. */
function refusalOf({ method = 'GET', url = '/' }: HttpBindings['incoming']): 400 | 405 | null {
  if (/^(?:TRACE|TRACK|CONNECT)$/i.test(method)) return 405
  // Only where the target is a whole URL, which hardly a client sends.
  return url.startsWith('/') || !/^[a-z][a-z\d+.-]*:\/\/[^/?#]*@/i.test(url) ? null : 400
}

function requireUnread(incoming: IncomingMessage): void {
  if (hasBody(incoming) && incoming.readableDidRead && !('rawBody' in incoming)) {
    throw new ConfigError('Another middleware has read the body of this request. It must leave it in req.body.')
  }
}

function requireResponse(response: Response): Response {
  if (!(response instanceof Response)) throw new TypeError('The handler gave no Response.')
  return response
}

function isUnfinished(incoming: IncomingMessage): boolean {
  return hasBody(incoming) && !incoming.complete
}
