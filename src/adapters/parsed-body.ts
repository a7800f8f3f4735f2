import type { IncomingMessage } from 'node:http'

/** Whether the request came with a body, be it empty. */
export function hasBody(incoming: IncomingMessage): boolean {
  return incoming.headers['transfer-encoding'] !== undefined || Number(incoming.headers['content-length'] ?? 0) > 0
}

/**
 * Puts a body that another middleware has parsed into `req.body` (`express.json()`, `express.urlencoded()` and their
 * like) back together, as the `req.rawBody` that `@hono/node-server` reads. Leaves a body alone that is still unread.
 */
export function takeParsedBody(incoming: IncomingMessage & { body?: unknown; rawBody?: unknown }): void {
  const { body } = incoming
  if (body === undefined || !incoming.readableEnded || incoming.rawBody) return
  incoming.rawBody = encode(body, incoming.headers['content-type'] ?? '')
}

function encode(body: unknown, contentType: string): Buffer {
  if (Buffer.isBuffer(body)) return body
  if (typeof body === 'string' && !isJson(contentType)) return Buffer.from(body)
  if (isForm(contentType) && typeof body === 'object' && body !== null) return Buffer.from(formOf(body).toString())
  return Buffer.from(JSON.stringify(body) ?? '')
}

function formOf(body: object): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(body)) {
    // A repeated name comes as an array, and goes on as the repeated name it was.
    for (const each of [value].flat()) form.append(name, typeof each === 'string' ? each : JSON.stringify(each))
  }
  return form
}

function isJson(contentType: string): boolean {
  return /^application\/json\b/i.test(contentType)
}

function isForm(contentType: string): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(contentType)
}
