import { createHash } from 'node:crypto'
import { securityHeaders } from '../../src/http/responses.ts'
import { elementsOf } from '../pages/dom.ts'

/** An answer of latchkey's own, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

const hsts = 'max-age=31536000'
const types = /^(text\/html|application\/(problem\+)?json); charset=utf-8$/
const cookie = /^__Host-[\w-]+=[\w-]*; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax; Secure$/

/** What holds for every answer of latchkey's own at an https origin, whatever was asked for. */
const rules: Readonly<Record<string, (answer: Answer) => boolean>> = {
  'row 35: has a type where it has a body': ({ headers, body }) => body === '' || types.test(typeOf(headers)),
  'row 35: is what its type says': (answer) => !typeOf(answer.headers).includes('json') || isJson(answer),
  'row 35: redirects by printable ASCII, without a body': ({ headers, body }) =>
    !headers.has('location') || (body === '' && /^[!-~]+$/.test(headers.get('location') ?? '')),
  'row 42: lets no other origin read it': ({ headers }) =>
    ![...headers.keys()].some((name) => name.startsWith('access-')),
  'row 25: sets cookies for this host alone': ({ headers }) =>
    headers.getSetCookie().every((each) => cookie.test(each)),
  'row 30: sets less than 4096 bytes of cookies': ({ headers }) => headers.getSetCookie().join().length < 4096,
  'row 2: has no token in its body': ({ headers, body }) => tokensOf(headers).every((token) => !body.includes(token)),
  'row 52: says with 405 what is allowed': ({ status, headers }) =>
    (status === 405) === (headers.get('allow') === 'GET, HEAD, POST'),
  'row 78: says with 429 and 503 when to come again': ({ status, headers }) =>
    (status === 429 || status === 503) === /^[1-9]\d{0,2}$/.test(headers.get('retry-after') ?? ''),
  'row 46: has no inline script, style or handler that its policy doesn’t name': isWithinItsPolicy,
  'row 46: names no other site': ({ body }) => !/\b(src|href|action)="?\s*(https?:|\/\/|javascript:|data:)/i.test(body),
  'row 95: doesn’t tell what it runs on': ({ headers, body }) =>
    !headers.has('x-powered-by') && !headers.has('server') && !/\bat .*\.[jt]s:\d/.test(body),
  'row 45: carries HSTS': ({ headers }) => headers.get('strict-transport-security') === hsts,
  'rows 45, 47: has a policy that forbids what isn’t named, and framing': ({ headers }) =>
    ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"].every((directive) =>
      headers.get('content-security-policy')?.split('; ').includes(directive),
    ),
  ...Object.fromEntries(
    Object.entries(securityHeaders)
      .filter(([name]) => name !== 'Content-Security-Policy')
      .map(([name, value]) => [`rows 43, 44, 45: ${name}`, ({ headers }: Answer) => headers.get(name) === value]),
  ),
}

export async function readAnswer(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, body: await response.text() }
}

/** The rules that an answer breaks. */
export function brokenRules(answer: Answer): string[] {
  return Object.entries(rules).flatMap(([name, holds]) => (holds(answer) ? [] : [name]))
}

function typeOf(headers: Headers): string {
  return headers.get('content-type') ?? ''
}

function isJson({ status, headers, body }: Answer): boolean {
  // The answer to HEAD.
  if (body === '') return true
  const { title, code, detail, status: told, ...more } = parseJson(body)
  const isProblem = [title, code, detail].every((each) => typeof each === 'string') && told === status
  return (
    (isProblem || Object.keys(more).length > 0) &&
    typeOf(headers).includes('problem') === isProblem &&
    isProblem === status >= 400
  )
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

function tokensOf(headers: Headers): string[] {
  return headers
    .getSetCookie()
    .map((each) => /=([^;]*)/.exec(each)?.[1] ?? '')
    .filter((value) => value !== '')
}

function isWithinItsPolicy({ headers, body }: Answer): boolean {
  const policy = headers.get('content-security-policy') ?? ''
  return elementsOf(body).every(({ name, attributes, text }) => {
    const hasHandler = Object.keys(attributes).some((attribute) => attribute === 'style' || attribute.startsWith('on'))
    const isInline = name === 'style' || (name === 'script' && attributes['src'] === undefined)
    const source = attributes['nonce'] === undefined ? hashOf(body, name) : `'nonce-${attributes['nonce']}'`
    return !hasHandler && (!isInline || (text !== '' && policy.includes(source)))
  })
}

/** Of the element's own characters, which a parsed text doesn't have any more. */
function hashOf(body: string, name: string): string {
  const content = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(body)?.[1] ?? ''
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`
}
