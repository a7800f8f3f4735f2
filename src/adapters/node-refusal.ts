import { STATUS_CODES } from 'node:http'
import { problem, securityHeaders, withSecurityHeaders, type Problem } from '../http/responses.ts'

const problems: Record<FixedStatus, Omit<Problem, 'status'>> = {
  400: { code: 'ERR_LATCHKEY_MALFORMED_REQUEST', detail: 'This is not a valid HTTP request.' },
  405: { code: 'ERR_LATCHKEY_METHOD_NOT_ALLOWED', detail: 'This method is not answered.' },
  408: { code: 'ERR_LATCHKEY_REQUEST_TOO_SLOW', detail: 'The request took too long to arrive.' },
  413: { code: 'ERR_LATCHKEY_BODY_TOO_LARGE', detail: 'The request body is too large.' },
  417: { code: 'ERR_LATCHKEY_EXPECTATION', detail: 'The only expectation that is met is 100-continue.' },
  431: { code: 'ERR_LATCHKEY_HEADERS_TOO_LARGE', detail: 'The request headers are too large.' },
  500: { code: 'ERR_LATCHKEY_UNEXPECTED', detail: 'Something went wrong on the server.' },
}

/** What a Node server refuses by itself, before or after the fetch handler. */
export type FixedStatus = 400 | 405 | 408 | 413 | 417 | 431 | 500

/** The refusal, where there is a request to answer. The connection is closed after it. */
export function fixedResponse(status: FixedStatus): Response {
  const response = withSecurityHeaders(problem({ status, ...problems[status] }), false)
  response.headers.set('Connection', 'close')
  if (status === 405) response.headers.set('Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS')
  return response
}

/** The refusal as the bytes of a whole HTTP/1.1 answer, where there isn't. */
export function fixedAnswer(status: FixedStatus): string {
  const title = STATUS_CODES[status]
  const body = JSON.stringify({ type: 'about:blank', title, status, ...problems[status] })
  const headers = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Date: new Date().toUTCString(),
    Connection: 'close',
    ...securityHeaders,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${title}`, ...lines, '', body].join('\r\n')
}

/** The refusal for what Node's parser or its timers found wrong, by the error's `code`. */
export function statusOfClientError(code: string | undefined): FixedStatus {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 413
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
}
