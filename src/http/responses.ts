import type { RequestError, UnavailableError } from '../errors.ts'
import { type FieldProblem, refusalWords } from '../refusal-words.ts'
import type { Texts } from '../texts.ts'

const year = 31_536_000

/** On every answer of latchkey's own, whatever its status. A page brings a wider `Content-Security-Policy`. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  // Not `no-referrer`: under it browsers send `Origin: null` with a form of our own page.
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
  'X-Frame-Options': 'DENY',
  'Cache-Control': 'no-store',
  Vary: 'Cookie, Accept, Sec-Fetch-Site, Origin',
}

const securityHeaderList = Object.entries(securityHeaders)

/**
 * The same answer with latchkey's security headers, where it doesn't bring its own.
 *
 * @param https - Adds `Strict-Transport-Security` (RFC 6797), for a year.
 */
export function withSecurityHeaders(response: Response, https: boolean): Response {
  for (const [name, value] of securityHeaderList) {
    if (!response.headers.has(name)) response.headers.set(name, value)
  }
  if (https) response.headers.set('Strict-Transport-Security', `max-age=${year}`)
  return response
}

/** A page. */
export function html(body: string, csp: string, status = 200): Response {
  return new Response(body, {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': csp },
  })
}

/** A JSON answer. */
export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
  })
}

/** 303 to `location`, with an empty body. The location is printable ASCII: it comes from a URL parser. */
export function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { Location: location } })
}

// Written out, since importing node:http takes longer than importing all of latchkey.
const statusTitles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** What stands in the body of an answer that isn't the one asked for (RFC 9457). */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  /** The fields at fault, where it is a form's. */
  readonly errors?: readonly FieldProblem[]
  readonly requestId?: string
}

/** An `application/problem+json` answer (RFC 9457). */
export function problem(body: Problem): Response {
  const content = { type: 'about:blank', title: statusTitles[body.status] ?? 'Error', ...body }
  return new Response(JSON.stringify(content), {
    status: body.status,
    headers: { 'Content-Type': 'application/problem+json; charset=utf-8' },
  })
}

/** A refusal for a program. */
export function refusalProblem(error: RequestError | UnavailableError, texts: Texts): Response {
  const { status, code } = error
  const { detail, errors } = refusalWords(error, texts)
  return problem({ status, code, detail, ...(errors.length > 0 && { errors }) })
}

/** The response with changed headers; a copy where they can't be changed. */
export function changeHeaders(response: Response, change: (headers: Headers) => void): Response {
  try {
    change(response.headers)
    return response
  } catch {
    // The headers of `Response.redirect()`, and of an answer that came from `fetch`, can't be changed.
    const copy = new Response(response.body, response)
    change(copy.headers)
    return copy
  }
}
