import fc from 'fast-check'
import { password } from '../endpoints/login-app.ts'

/** A body, and the type under which it is sent; `null`: none. */
export interface Body {
  readonly type: string | null
  readonly bytes: Uint8Array
}

const names = [
  'username',
  'email',
  'password',
  'confirm_password',
  'current_password',
  'new_password',
  'next',
  'format',
]
const oddNames = ['__proto__', 'constructor', 'a[b][c]', 'username[]', 'role', 'id', '', 'x'.repeat(100)]
const odd = ['ann', 'ann@example.org', password, 'html', '\0', '\u202e', '\ufeff', '😀'.repeat(300), 'a\r\nb', '/..//x']

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...odd) },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
)
const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, fc.constantFrom(...oddNames), text)
const fields = fc.array(fc.tuple(name, text), { maxLength: 8 })
const manyFields = fc
  .integer({ min: 30, max: 5_000 })
  .map((count) => Array.from({ length: count }, (_, i) => [`f${i}`, '']))

const jsonValue = fc.oneof(text, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(null, 0, true, [], {}))
const jsonText = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(name, jsonValue, { maxKeys: 8 }).map((value) => JSON.stringify(value)) },
  fc.json(),
  fc.integer({ min: 2, max: 9_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.integer({ min: 2, max: 2_000 }).map((depth) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
  fc.constantFrom(
    '',
    '\ufeff{}',
    '{"a":1e400}',
    '{"username":"\\ud800"}',
    '{"a":1,"a":2}',
    '{"__proto__":{"b":1}}',
    'NaN',
  ),
)

const urlEncoded = fc.oneof(
  { weight: 4, arbitrary: fields.map((pairs) => new URLSearchParams(pairs).toString()) },
  manyFields.map((pairs) => new URLSearchParams(pairs).toString()),
  fc.constantFrom('&&&', '=', '%', '%ff=%fe', 'username=%zz', 'username=a&username=b', '\ufeffusername=a', 'a;b;c'),
)

const boundary = 'b0undary'
const parts = fields.map((pairs) =>
  pairs.map(([key, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`),
)
const multipart = fc.oneof(
  { weight: 3, arbitrary: parts.map((each) => `${each.join('')}--${boundary}--\r\n`) },
  parts.map((each) => each.join('')),
  fc.constantFrom(
    `--${boundary}`,
    `--${boundary}\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nc\r\n--${boundary}--`,
    `--${boundary}\r\n\r\n\r\n--${boundary}--`,
    `--other\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--other--`,
    `--${boundary}\r\nContent-Disposition: form-data; name*=utf-8''%ff\r\n\r\nb\r\n--${boundary}--`,
  ),
)

function typed(type: string, body: fc.Arbitrary<string>): fc.Arbitrary<Body> {
  return body.map((value) => ({ type, bytes: Buffer.from(value) }))
}

const right = fc.oneof(
  typed('application/json', jsonText),
  typed('application/x-www-form-urlencoded', urlEncoded),
  typed(`multipart/form-data; boundary=${boundary}`, multipart),
)
const types = fc.constantFrom(
  'application/json',
  'APPLICATION/JSON; Charset=UTF-8',
  'application/json; charset=utf-16',
  'application/json, text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=""',
  'multipart/form-data; boundary="' + 'b'.repeat(300),
  'text/plain',
  ';',
)

/** A body of any kind: as it should be, cut off, under another type, too large, or bytes alone. */
export const anyBody: fc.Arbitrary<Body> = fc.oneof(
  { weight: 6, arbitrary: right },
  {
    weight: 2,
    arbitrary: fc.tuple(right, fc.nat(100)).map(([body, end]) => ({ ...body, bytes: body.bytes.subarray(0, end) })),
  },
  { weight: 2, arbitrary: fc.tuple(right, fc.option(types)).map(([{ bytes }, type]) => ({ type, bytes })) },
  fc.tuple(types, fc.uint8Array({ maxLength: 200 })).map(([type, bytes]) => ({ type, bytes })),
  fc
    .tuple(types, fc.integer({ min: 16_000, max: 40_000 }))
    .map(([type, size]) => ({ type, bytes: Buffer.alloc(size, 97) })),
)
