import fc from 'fast-check'
import { endpoints } from '../walks/endpoints.ts'

/** What one client writes to a connection, and how it leaves. */
export interface Wire {
  readonly bytes: Uint8Array
  /** Where the bytes are cut into pieces that are sent one after another. */
  readonly cuts: readonly number[]
  /** `wait`: for the server to end it; `half-close`: says that no more is sent; `reset`: is gone before an answer. */
  readonly leaving: 'wait' | 'half-close' | 'reset'
}

const paths = [...Object.values(endpoints).map(({ path }) => path), '/api/me']
const form = 'username=ann&password=x'
const chunked = 'Transfer-Encoding: chunked\r\n'
const typed = 'Content-Type: application/x-www-form-urlencoded\r\n'

const oddTargets = [
  '*',
  '//',
  '/%',
  '/\\',
  '/\0',
  'http://[',
  'login',
  `/${'a'.repeat(9_000)}`,
  '/login/?next=//evil.example',
]
const target = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...paths) }, fc.constantFrom(...oddTargets))
const method = fc.constantFrom('POST', 'POST', 'POST', 'GET', 'HEAD', 'OPTIONS', 'CONNECT', 'PUT', 'post', 'G\0T', '')
const version = fc.oneof(
  { weight: 8, arbitrary: fc.constant('HTTP/1.1') },
  fc.constantFrom('HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''),
)

const rightHeaders = `Host: app.example\r\n${typed}`
const oddHeader = fc.constantFrom(
  '',
  'Host: other.example\r\n',
  'Expect: 100-continue\r\n',
  'Expect: more\r\n',
  'Upgrade: websocket\r\nConnection: Upgrade\r\n',
  'Content-Encoding: gzip\r\n',
  'Accept: text/html\r\n',
  'Cookie: __Host-id=a; __Host-id=b\r\n',
  'No colon\r\n',
  ' folded\r\n',
  'A : b\r\n',
  'A: b\n',
  'A: \0\r\n',
  `A: ${'a'.repeat(20_000)}\r\n`,
  'Aa: b\r\n'.repeat(3_000),
  'Connection: close\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  'Content-Length: -1\r\n',
)
const oddHeaders = fc.array(oddHeader, { maxLength: 2 }).map((each) => each.join(''))

/** The last headers and the body: lengths that fit, that don't, that contradict, and chunks of all kinds. */
const body = fc.oneof(
  { weight: 4, arbitrary: fc.constant(`Content-Length: ${form.length}\r\n\r\n${form}`) },
  fc.constantFrom(
    '\r\n',
    `Content-Length: 5\r\n\r\n${form}`,
    `Content-Length: 500\r\n\r\n${form}`,
    `Content-Length: 99999999999999999999\r\n\r\n${form}`,
    `Content-Length: 3\r\nContent-Length: 4\r\n\r\n${form}`,
    `Content-Length: 3\r\n${chunked}\r\n0\r\n\r\n`,
    `${chunked}\r\n17\r\n${form}\r\n0\r\n\r\n`,
    `${chunked}\r\n17;a=b\r\n${form}\r\n0\r\nTrailer: a\r\n\r\n`,
    `${chunked}\r\nzz\r\n${form}`,
    `${chunked}\r\n-1\r\n`,
    `${chunked}\r\nffffffffffffffffff\r\n${form}`,
    `${chunked}\r\n1\r\n${form}\r\n0\r\n\r\n`,
    `${chunked}\r\n17\r\n${form}`,
    `${chunked}\r\n${'1\r\na\r\n'.repeat(2_000)}0\r\n\r\n`,
    `${chunked}\r\n4e20\r\n${'a'.repeat(20_000)}\r\n0\r\n\r\n`,
    `Content-Length: 20000\r\n\r\n${'a'.repeat(20_000)}`,
    `Content-Length: 1000000\r\n\r\n${'a'.repeat(300_000)}`,
  ),
)

const request = fc
  .tuple(method, target, version, oddHeaders, body)
  .map(([verb, place, spoken, odd, rest]) => `${verb} ${place} ${spoken}\r\n${rightHeaders}${odd}${rest}`)
const bytes = fc.oneof(
  { weight: 6, arbitrary: request.map((text) => Buffer.from(text, 'latin1')) },
  {
    weight: 2,
    arbitrary: fc.array(request, { minLength: 2, maxLength: 6 }).map((all) => Buffer.from(all.join(''), 'latin1')),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(request, fc.nat(300)).map(([text, end]) => Buffer.from(text.slice(0, end), 'latin1')),
  },
  { weight: 2, arbitrary: fc.tuple(request, fc.nat(200), fc.uint8Array({ maxLength: 8 })).map(damaged) },
  fc.uint8Array({ minLength: 1, maxLength: 300 }),
)

function damaged([text, at, junk]: [string, number, Uint8Array]): Uint8Array {
  return Buffer.concat([Buffer.from(text.slice(0, at), 'latin1'), junk, Buffer.from(text.slice(at), 'latin1')])
}

export const anyWire: fc.Arbitrary<Wire> = fc.record({
  bytes,
  cuts: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(fc.nat(400), { maxLength: 5 })),
  leaving: fc.constantFrom('wait', 'wait', 'half-close', 'reset'),
})
