import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BodyTooLargeError,
  ConfigError,
  MalformedBodyError,
  RequestError,
  UnsupportedBodyError,
} from '../../src/errors.ts'
import { type Form, readForm, textField } from '../../src/http/form.ts'

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream | null

const json = 'application/json'
const urlencoded = 'application/x-www-form-urlencoded'
const multipart = 'multipart/form-data; boundary=b'

function post(type: string | null, body: Body, headers: Record<string, string> = {}): Request {
  // Node requires `duplex` with a stream; the DOM's types don't know it.
  const init = { method: 'POST', body, headers, duplex: 'half' }
  const request = new Request('http://app.example/', init)
  request.headers.delete('content-type')
  if (type !== null) request.headers.set('content-type', type)
  return request
}

async function read(type: string | null, body: Body): Promise<[string, unknown][]> {
  return [...(await readForm(post(type, body)))]
}

function bytes(...parts: (string | number[])[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts.map((one) => Buffer.from(one as string))))
}

function part(name: string, value: string, more = ''): string {
  return `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
}

/** A body of chunks without end, and how much of it was taken. */
function endless(chunk: Uint8Array): { body: ReadableStream; pulled: () => number; cancelled: () => boolean } {
  let pulled = 0
  let cancelled = false
  const body = new ReadableStream(
    {
      pull(controller) {
        pulled += chunk.byteLength
        controller.enqueue(chunk)
      },
      cancel() {
        cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { body, pulled: () => pulled, cancelled: () => cancelled }
}

describe('readForm, by content type', () => {
  const form = 'username=ann'
  const object = '{"username":"ann"}'
  const parts = `${part('username', 'ann')}--b--\r\n`

  it.each([
    [json, object],
    ['APPLICATION/JSON', object],
    ['application/json;charset=utf-8', object],
    ['application/json ; Charset="UTF-8"', object],
    ['application/json; charset=utf8', object],
    ['application/json;', object],
    [urlencoded, form],
    ['Application/X-WWW-Form-URLEncoded', form],
    ['application/x-www-form-urlencoded; charset=UTF-8', form],
    [multipart, parts],
    ['Multipart/Form-Data; Boundary="b"', parts],
    ['multipart/form-data; charset=utf-8; boundary=b', parts],
  ])('reads %s (row 40)', async (type, body) => {
    expect(await read(type, body)).toEqual([['username', 'ann']])
  })

  it.each([
    ['no type', null],
    ['an empty type', ''],
    ['plain text', 'text/plain'],
    ['plain text with a form’s type as parameter', 'text/plain; application/json'],
    ['no subtype', 'application'],
    ['a subtype that is a beginning', 'application/jso'],
    ['a subtype that is a beginning of ours', 'application/jsonp'],
    ['a suffix', 'application/problem+json'],
    ['text/json', 'text/json'],
    ['two types', 'application/json, text/plain'],
    ['the same type twice', 'application/json, application/json'],
    ['two types, one behind a parameter', 'application/json; a=b, text/plain'],
    ['a space inside', 'application/ json'],
    ['a tab inside', 'application/\tjson'],
    ['a name of every object', 'constructor'],
    ['a prototype', '__proto__'],
    ['a parameter without a value', 'application/json; charset'],
    ['a broken quoted parameter', 'application/json; charset="utf-8'],
    ['UTF-16', 'application/json; charset=utf-16'],
    ['Latin-1', 'application/x-www-form-urlencoded; charset=iso-8859-1'],
    ['two charsets', 'application/json; charset=utf-8; charset=utf-16'],
    ['UTF-7 in multipart', 'multipart/form-data; charset=utf-7; boundary=b'],
    ['Latin-1 without a space before it', 'application/json;charset=iso-8859-1'],
    ['Latin-1 behind a space and a tab', 'application/json; \tcharset=iso-8859-1'],
    ['a type that is too long', `application/json; a=${'b'.repeat(300)}`],
    ['XML', 'application/xml'],
    ['bytes', 'application/octet-stream'],
  ])('refuses %s with 415 (rows 40, 52)', async (_what, type) => {
    await expect(readForm(post(type, object))).rejects.toThrow(UnsupportedBodyError)
  })

  it('reads a type of 256 characters, and refuses one of 257 with 415', async () => {
    const type = 'application/json; a='

    expect(await read(type.padEnd(256, 'b'), object)).toEqual([['username', 'ann']])
    await expect(readForm(post(type.padEnd(257, 'b'), object))).rejects.toThrow(UnsupportedBodyError)
  })

  it.each(['gzip', 'GZIP', 'br', 'deflate', 'identity, gzip', 'x'])(
    'refuses Content-Encoding: %s (row 52)',
    async (encoding) => {
      await expect(readForm(post(json, object, { 'content-encoding': encoding }))).rejects.toThrow(UnsupportedBodyError)
    },
  )

  it('takes Content-Encoding: identity for none', async () => {
    expect((await readForm(post(json, object, { 'content-encoding': 'Identity' }))).get('username')).toBe('ann')
  })

  it.each([
    ['no body', null],
    ['an empty body', ''],
  ])('takes %s without a type for an empty form (row 40)', async (_what, body) => {
    expect(await read(null, body)).toEqual([])
  })

  it('takes an empty urlencoded body for an empty form', async () => {
    expect(await read(urlencoded, '')).toEqual([])
  })

  it.each([json, multipart])('refuses an empty body of type %s with 400 (row 52)', async (type) => {
    await expect(readForm(post(type, ''))).rejects.toThrow(MalformedBodyError)
  })
})

describe('readForm, JSON', () => {
  it.each([
    ['truncated', '{"a":"b"'],
    ['with a BOM', bytes([0xef, 0xbb, 0xbf], '{}')],
    ['of invalid UTF-8', bytes('{"a":"', [0xff], '"}')],
    ['of encoded surrogates', bytes('{"a":"', [0xed, 0xa0, 0x80], '"}')],
    ['with a NUL', '{"a":"\0"}'],
    ['a list', '[]'],
    ['text', '"a"'],
    ['a number', '1e400'],
    ['null', 'null'],
    ['with a comment', '{} //'],
    ['two objects', '{}{}'],
    ['of depth 8,000', '['.repeat(8_000) + ']'.repeat(8_000)],
    ['of depth 2,000 in a field', `{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`],
    ['of depth 5', '{"a":[[[[]]]]}'],
    ['of 33 fields', JSON.stringify(Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`f${index}`, ''])))],
    ['with a long name', JSON.stringify({ ['a'.repeat(65)]: '' })],
  ])('refuses a body %s (rows 50, 52)', async (_what, body) => {
    await expect(readForm(post(json, body))).rejects.toThrow(MalformedBodyError)
  })

  it('reads depth 4, and 32 fields of 64 letters (row 50)', async () => {
    const names = Array.from({ length: 31 }, (_, index) => String(index).padStart(64, 'n'))
    const body = JSON.stringify({ deep: [[[]]], ...Object.fromEntries(names.map((name) => [name, ''])) })

    expect(await read(json, body)).toHaveLength(32)
  })

  it('takes the last of two equal names (row 50)', async () => {
    expect(await read(json, '{"a":"1","a":"2"}')).toEqual([['a', '2']])
  })

  it('takes names of an object’s own machinery for names (row 50)', async () => {
    const form = await readForm(post(json, '{"__proto__":{"active":true},"constructor":{"prototype":{"admin":true}}}'))

    expect([...form.keys()]).toEqual(['__proto__', 'constructor'])
    expect(Object.keys(Object.prototype)).toEqual([])
    expect({}).not.toHaveProperty('active')
    expect({}).not.toHaveProperty('admin')
  })
})

describe('readForm, forms made to take long (A4)', () => {
  const fields = (count: number): string[] => Array.from({ length: count }, (_, index) => `f${index}`)
  const partOf = (name: string, head = ''): string =>
    `--b\r\nContent-Disposition: form-data; name="${name}"${head}\r\n\r\nx\r\n`
  const multipartOf = (parts: readonly string[]): string => `${parts.join('')}--b--\r\n`

  it.each([
    ['33 pairs', urlencoded, fields(33).join('&')],
    ['33 pairs that aren’t encoded well', urlencoded, '%&'.repeat(33)],
    ['33 parts', multipart, multipartOf(fields(33).map((name) => partOf(name)))],
    ['33 parts in quotes', 'multipart/form-data; boundary="b"', multipartOf(fields(33).map((name) => partOf(name)))],
    ['a part with a header of 600 characters', multipart, multipartOf([partOf('a', ';a="b"'.repeat(100))])],
    ['a part with 200 headers', multipart, multipartOf([partOf('a', '\r\na:b'.repeat(200))])],
  ])('refuses %s before they are read', async (_what, type, body) => {
    await expect(readForm(post(type, body))).rejects.toThrow('The form has too many fields')
  })

  it('reads 32 pairs, or 32 parts, of any length', async () => {
    const names = fields(32)
    const long = multipartOf([`--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${'x-y '.repeat(2_000)}\r\n`])

    expect(await read(urlencoded, `${'&'.repeat(99)}${names.join('&')}`)).toHaveLength(32)
    expect(await read(multipart, multipartOf(names.map((name) => partOf(name))))).toHaveLength(32)
    expect(await read(multipart, long)).toEqual([['a', 'x-y '.repeat(2_000)]])
  })
})

describe('readForm, urlencoded', () => {
  it.each<[string, string | Uint8Array<ArrayBuffer>, [string, string][]]>([
    [
      'escapes and plus signs',
      'a=%C3%BC+%2B&b=%26%3D',
      [
        ['a', 'ü +'],
        ['b', '&='],
      ],
    ],
    ['raw UTF-8', 'a=ü', [['a', 'ü']]],
    ['an equals sign in a value', 'a==b=', [['a', '=b=']]],
    ['no equals sign', 'a', [['a', '']]],
    ['no name', '=a', [['', 'a']]],
    ['ampersands too many', '&&a=b&', [['a', 'b']]],
    [
      'bracket names as plain names (row 50)',
      'a[b][c]=1&a[]=2',
      [
        ['a[b][c]', '1'],
        ['a[]', '2'],
      ],
    ],
    ['a NUL (row 57)', 'a=b%00c', [['a', 'b\0c']]],
    ['a BOM as part of the first name (row 52)', bytes([0xef, 0xbb, 0xbf], 'a=b'), [['\uFEFFa', 'b']]],
    [
      'a prototype as a name (row 50)',
      '__proto__=1&constructor=2',
      [
        ['__proto__', '1'],
        ['constructor', '2'],
      ],
    ],
  ])('reads %s', async (_what, body, fields) => {
    expect(await read(urlencoded, body)).toEqual(fields)
  })

  it.each([
    ['a name twice', 'email=a&email=b'],
    ['a name twice, once encoded', 'email=a&%65mail=b'],
    ['a lone percent sign', 'a=%'],
    ['half an escape', 'a=%4'],
    ['an escape that is none', 'a=%zz'],
    ['invalid UTF-8 in escapes', 'a=%ff'],
    ['a surrogate in escapes', 'a=%ED%A0%80'],
    ['an overlong NUL', 'a=%C0%80'],
    ['a broken escape in a name', '%ff=a'],
    ['invalid UTF-8', bytes('a=', [0xff])],
    ['33 fields', Array.from({ length: 33 }, (_, index) => `f${index}=`).join('&')],
    ['4,000 fields', Array.from({ length: 4_000 }, (_, index) => index.toString(36)).join('&')],
    ['a name 1,000 levels deep', `a${'[b]'.repeat(1_000)}=`],
  ])('refuses %s with 400 (rows 50, 52)', async (_what, body) => {
    await expect(readForm(post(urlencoded, body))).rejects.toThrow(MalformedBodyError)
  })
})

describe('readForm, multipart', () => {
  it.each<[string, string, [string, string][]]>([
    [
      'two fields',
      `${part('a', '1')}${part('b', '2')}--b--\r\n`,
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['no line end at the end', `${part('a', '1')}--b--`, [['a', '1']]],
    ['no fields', '--b--\r\n', []],
    ['line ends and spaces in a value (row 57)', `${part('a', ' \r\n--c\n ')}--b--\r\n`, [['a', ' \r\n--c\n ']]],
    ['a NUL and a BOM in a value (row 57)', `${part('a', '\uFEFF\0')}--b--\r\n`, [['a', '\uFEFF\0']]],
    ['a prototype as a name (row 50)', `${part('__proto__', '1')}--b--\r\n`, [['__proto__', '1']]],
  ])('reads %s', async (_what, body, fields) => {
    expect(await read(multipart, body)).toEqual(fields)
  })

  it('reads what FormData sends', async () => {
    const body = new FormData()
    body.set('username', 'ünn')
    const form = await readForm(new Request('http://app.example/', { method: 'POST', body }))

    expect([...form]).toEqual([['username', 'ünn']])
  })

  it.each([
    ['a file', `${part('a', '1', '; filename="a.txt"')}--b--\r\n`],
    ['a file without a name', `${part('a', '1', '; filename=""')}--b--\r\n`],
    ['a name twice', `${part('a', '1')}${part('a', '2')}--b--\r\n`],
    ['no boundary at all', 'a=1'],
    ['another boundary', `${part('a', '1').replace('--b', '--c')}--c--\r\n`],
    ['no end', part('a', '1')],
    ['a part cut off in its header', '--b\r\nContent-Disposition: form-d'],
    ['a part without a name', '--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--\r\n'],
    ['a part that is no form data', '--b\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n--b--\r\n'],
    ['a part without headers', '--b\r\n\r\n1\r\n--b--\r\n'],
    ['invalid UTF-8', bytes(part('a', ''), [0xff], '--b--\r\n')],
    [
      'invalid UTF-8 behind base64',
      '--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n/w==\r\n--b--\r\n',
    ],
    ['33 fields', `${Array.from({ length: 33 }, (_, index) => part(`f${index}`, '')).join('')}--b--\r\n`],
    ['a long name', `${part('a'.repeat(65), '1')}--b--\r\n`],
  ])('refuses %s with 400 (rows 50, 52)', async (_what, body) => {
    await expect(readForm(post(multipart, body))).rejects.toThrow(MalformedBodyError)
  })

  it.each(['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=""'])(
    'refuses %s, which names no boundary (row 52)',
    async (type) => {
      await expect(readForm(post(type, `${part('a', '1')}--b--\r\n`))).rejects.toThrow(RequestError)
    },
  )
})

describe('readForm, limits', () => {
  const limit = 16_384
  const field = (size: number): string => `a=${'x'.repeat(size - 2)}`

  it('reads 16 KiB and refuses one byte more with 413 (rows 49, 58)', async () => {
    expect((await readForm(post(urlencoded, field(limit)))).size).toBe(1)
    await expect(readForm(post(urlencoded, field(limit + 1)))).rejects.toThrow(BodyTooLargeError)
  })

  it.each([json, urlencoded, multipart, null])(
    'stops an endless body of type %s after the limit (row 49)',
    async (type) => {
      const { body, pulled, cancelled } = endless(new Uint8Array(1_024).fill(0x20))

      await expect(readForm(post(type, body))).rejects.toThrow(BodyTooLargeError)
      expect(pulled()).toBe(limit + 1_024)
      expect(cancelled()).toBe(true)
    },
  )

  it('believes no Content-Length that is too small (row 49)', async () => {
    const { body } = endless(new Uint8Array(1_024))

    await expect(readForm(post(json, body, { 'content-length': '2' }))).rejects.toThrow(BodyTooLargeError)
  })

  it('does not wait for a body whose cancel never settles (row 49)', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(limit + 1)),
      cancel: () => new Promise(() => undefined),
    })

    await expect(readForm(post(json, body))).rejects.toThrow(BodyTooLargeError)
  })

  it('reads nothing of a body whose type it refuses (row 40)', async () => {
    const { body, pulled } = endless(new Uint8Array(1))

    await expect(readForm(post('text/plain', body))).rejects.toThrow(UnsupportedBodyError)
    expect(pulled()).toBe(0)
  })

  it('refuses a body that breaks off with 400: the client went away (row 52)', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('aborted')) })

    await expect(readForm(post(json, body))).rejects.toThrow(MalformedBodyError)
  })

  it('tells the app that something has read the body before', async () => {
    const request = post(json, '{}')
    await request.text()

    await expect(readForm(request)).rejects.toThrow(ConfigError)
  })

  it('tells the app that something is reading the body', async () => {
    const request = post(json, '{}')
    request.body?.getReader()

    await expect(readForm(request)).rejects.toThrow(ConfigError)
  })
})

describe('readForm, what it says of a body that it refuses', () => {
  const brokenOff = new ReadableStream({ pull: (controller) => controller.error(new Error('aborted')) })
  const base64 = 'Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64'

  it.each<[string, string, Body, string]>([
    ['one that broke off', json, brokenOff, 'The body broke off.'],
    ['a list', json, '[]', 'The JSON body must be an object.'],
    ['depth', json, '{"a":[[[[1]]]]}', 'The JSON body is nested too deeply.'],
    ['half of JSON', json, '{"a":', 'The body is not valid JSON.'],
    ['half an escape', urlencoded, 'a=%f', 'The form is not percent-encoded UTF-8.'],
    ['a name twice', urlencoded, 'a=1&a=2', 'The form has a field twice.'],
    ['a long name', urlencoded, 'a'.repeat(65), 'The form has too many fields, or a field name that is too long.'],
    ['a file', multipart, `${part('a', '1', '; filename="a.txt"')}--b--\r\n`, 'This form takes no files.'],
    ['no parts', multipart, 'a=1', 'The body is not a valid multipart form.'],
    ['broken UTF-8', json, bytes([0xff]), 'The body is not valid UTF-8.'],
    ['broken UTF-8 in base64', multipart, `--b\r\n${base64}\r\n\r\n/w==\r\n--b--\r\n`, 'The body is not valid UTF-8.'],
  ])('names what is wrong with %s', async (_what, type, body, message) => {
    await expect(readForm(post(type, body))).rejects.toThrow(expect.objectContaining({ message }))
  })

  it.each([
    ['1', 'This field must be text.'],
    ['"\\ud800"', 'This field holds broken Unicode.'],
  ])('names what is wrong with the field %s', async (value, message) => {
    const form = await readForm(post(json, `{"a":${value}}`))

    expect(() => textField(form, 'a')).toThrow(expect.objectContaining({ message }))
  })

  it('tells the app how to mount it before what reads bodies', async () => {
    const request = post(json, '{}')
    await request.text()

    await expect(readForm(request)).rejects.toThrow('Mount latchkey before middleware that parses bodies.')
  })
})

describe('readForm, any body', () => {
  const types = fc.oneof(fc.constantFrom(json, urlencoded, multipart, 'text/plain'), fc.stringMatching(/^[ -~]{0,40}$/))
  const pieces = fc.oneof(
    fc.constantFrom(
      '{"a":',
      '}',
      '[',
      '"',
      '--b',
      '\r\n',
      'Content-Disposition: form-data; name="a"',
      '=',
      '&',
      '%',
      '\\u',
    ),
    fc.uint8Array({ maxLength: 8 }),
    fc.string({ unit: 'binary' }),
    fc.json(),
  )
  const bodies = fc
    .array(pieces, { maxLength: 12 })
    .map((parts) => bytes(...parts.map((one) => (typeof one === 'string' ? one : [...one]))))
  const answer = async (type: string, body: Uint8Array<ArrayBuffer>): Promise<Form | RequestError> =>
    readForm(post(type.trim(), body)).catch((error: unknown) => {
      expect(error).toBeInstanceOf(RequestError)
      return error as RequestError
    })

  it('is a form or a refusal with 4xx, never anything else (rows 51, 52)', async () => {
    await fc.assert(
      fc.asyncProperty(types, bodies, async (type, body) => {
        const result = await answer(type, body)

        expect(result instanceof Map || (result as RequestError).status).toSatisfy(
          (status) => status === true || [400, 413, 415].includes(Number(status)),
        )
      }),
      { numRuns: 2_000 },
    )
  })

  it('gives every field of a JSON object as text or refuses it by name (row 51)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 2 }), async (value) => {
        const form = await readForm(post(json, `{"username":${value}}`))
        const text = (): string | null => textField(form, 'username')

        expect(text).toSatisfy(
          (): boolean => textOrRefusal(text) === 'username' || typeof textOrRefusal(text) === 'string',
        )
      }),
      { numRuns: 1_000 },
    )
  })
})

function textOrRefusal(text: () => string | null): string | null | undefined {
  try {
    return text()
  } catch (error) {
    return error instanceof MalformedBodyError ? error.fields[0]?.field : undefined
  }
}

describe('textField', () => {
  it.each([
    ['a number', '1'],
    ['a number beyond all', '1e400'],
    ['true', 'true'],
    ['null', 'null'],
    ['a list', '["ann"]'],
    ['an object', '{"$ne":null}'],
    ['a lone surrogate', '"\\ud800"'],
  ])('refuses %s with 400 and the field’s name (rows 51, 52)', async (_what, value) => {
    const form = await readForm(post(json, `{"username":${value}}`))

    expect(() => textField(form, 'username')).toThrow(
      expect.objectContaining({ status: 400, fields: [expect.objectContaining({ field: 'username' })] }),
    )
  })

  it('gives the text as it came (row 57)', async () => {
    expect(textField(await readForm(post(json, '{"a":" \\u0000Ünï \\ud83d\\ude00 "}')), 'a')).toBe(' \0Ünï 😀 ')
  })

  it.each(['a', '__proto__', 'constructor', 'toString'])('is null for %s, which isn’t there (row 50)', async (name) => {
    expect(textField(await readForm(post(json, '{}')), name)).toBeNull()
  })
})
