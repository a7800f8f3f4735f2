import type { IncomingMessage } from 'node:http'

/** Whether the request came with a body, be it empty. */
export function hasBody(incoming: IncomingMessage): boolean {
  return incoming.headers['transfer-encoding'] !== undefined || Number(incoming.headers['content-length'] ?? 0) > 0
}

/**
 * Puts a body that another middleware has parsed into `req.body` (`express.json()`, `express.urlencoded()` and their
 * like) back together, as the `req.rawBody` that `@hono/node-server` reads. Leaves a body alone that is still unread.
 */
export function takeParsedBody(incoming: IncomingMessage): void {
  const body = 'body' in incoming ? incoming.body : undefined
  if (body === undefined || 'rawBody' in incoming || !incoming.readableDidRead) return
  Object.assign(incoming, { rawBody: encode(body, incoming.headers['content-type'] ?? '') })
}

function encode(body: unknown, contentType: string): Buffer {
  if (Buffer.isBuffer(body)) return body
  if (typeof body === 'string' && !isJson(contentType)) return Buffer.from(body)
  if (typeof body === 'object' && body !== null) {
    if (isForm(contentType)) return Buffer.from(new URLSearchParams(fieldsOf(body)).toString())
    const boundary = boundaryOf(contentType)
    if (boundary !== null) return Buffer.from(multipartOf(fieldsOf(body), boundary))
  }
  return Buffer.from(toJson(body))
}

/** No object, and so refused, where it is nested deeper than can be written: parsers read more than that. */
function toJson(body: unknown): string {
  try {
    return JSON.stringify(body) ?? ''
  } catch {
    return '[]'
  }
}

/** A repeated name comes as an array, and goes on as the repeated name it was. */
function fieldsOf(body: object): [name: string, value: string][] {
  return Object.entries(body).flatMap(([name, value]: [string, unknown]) =>
    [value].flat().map((each): [string, string] => [name, typeof each === 'string' ? each : toJson(each)]),
  )
}

/** Empty, which is no multipart form, where a text has the boundary in it: it would be read as further fields. */
function multipartOf(fields: readonly (readonly [name: string, value: string])[], boundary: string): string {
  if (fields.some((field) => field.some((text) => text.includes(`--${boundary}`)))) return ''
  const parts = fields.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${encodeName(name)}"\r\n\r\n${value}\r\n`,
  )
  return `${parts.join('')}--${boundary}--\r\n`
}

/** As browsers do (HTML Standard, "multipart/form-data"). */
function encodeName(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
}

function boundaryOf(contentType: string): string | null {
  const [, quoted, bare] = /^multipart\/form-data\b.*;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? []
  return quoted ?? bare ?? null
}

function isJson(contentType: string): boolean {
  return /^application\/json\b/i.test(contentType)
}

function isForm(contentType: string): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(contentType)
}
