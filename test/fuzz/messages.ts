import fc from 'fast-check'
import { endpoints } from '../walks/endpoints.ts'
import { foreignTargets } from '../walks/redirect-corpus.ts'
import { type Body, anyBody } from './bodies.ts'

/** One request, before it is known how it is sent. */
export interface Message {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body | null
}

/** Stands for the cookie of someone who is logged in. */
export const sessionMark = 'SESSION'

const ofEndpoints = Object.values(endpoints).map(({ path }) => path)
const paths = [...ofEndpoints, ...ofEndpoints, '/api/me']
const next = fc.oneof(
  fc.constantFrom(...foreignTargets.filter(({ length }) => length < 5_000)),
  fc.string({ unit: 'binary' }),
)
const query = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  next.map((value) => `?${new URLSearchParams({ next: value })}`),
  fc.constantFrom('?', '?next', '?next=%', '?next=%ff', '?next=/a&next=/b', '?next[]=/a', `?${'a&'.repeat(2_000)}`),
)
const below = fc.oneof(
  { weight: 9, arbitrary: fc.constant('') },
  fc.constantFrom('x', 'x/y', '%00', '%ff', '%2e%2e%2f', ';a', '%5c'),
)

// What may stand in the value of a header.
const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCodePoint(code)),
  maxLength: 60,
})
const cookie = fc.oneof(
  { weight: 3, arbitrary: fc.constant(sessionMark) },
  fc.constantFrom(
    '__Host-id=',
    `__Host-id=${'a'.repeat(43)}`,
    '=__Host-id=a',
    '%5F%5FHost-id=a',
    ';;;',
    'a'.repeat(4_000),
  ),
  fc.constantFrom(`${sessionMark}; __Host-id=${'b'.repeat(43)}`, `__Host-id-device=${'a'.repeat(43)}`),
  headerText,
)

function or<Value>(...values: readonly Value[]): fc.Arbitrary<Value> {
  return fc.constantFrom(...values)
}

const headers = fc.record(
  {
    accept: fc.oneof(or('text/html', 'application/json', '*/*', 'text/html;q=0', ',,,;q=x'), headerText),
    cookie,
    origin: or('https://app.example', 'https://evil.example', 'null', 'https://', ''),
    'sec-fetch-site': or(
      'same-origin',
      'same-origin',
      'same-origin',
      'same-origin',
      'same-origin',
      'none',
      'cross-site',
      'same-site',
      '',
    ),
    'x-forwarded-for': fc.oneof(fc.ipV4(), fc.ipV6(), headerText),
    'content-encoding': or('identity', 'identity', 'identity', 'gzip'),
    authorization: fc.oneof(or('Bearer', 'Basic %%%', 'Basic YQ=='), headerText),
    referer: fc.oneof(or('http://[', 'https://evil.example/'), headerText),
    'user-agent': headerText,
    'x-http-method-override': or('DELETE', 'GET'),
    'x-original-url': or('/private/', '//evil.example'),
  },
  { requiredKeys: [] },
)

const message = fc.record({
  method: fc.oneof(
    { weight: 6, arbitrary: fc.constant('POST') },
    or('GET', 'GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'),
  ),
  path: fc.constantFrom(...paths),
  below,
  query,
  headers,
  body: fc.option(anyBody, { freq: 8 }),
})

export const anyMessage: fc.Arbitrary<Message> = message.map(({ path, ...each }) => ({
  method: each.method,
  // A path below what isn't an endpoint is the app's own.
  target: (path === '/api/me' ? path : path + each.below) + each.query,
  headers: each.headers,
  body: each.body,
}))
