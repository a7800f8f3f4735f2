import { STATUS_CODES } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { securityHeaders } from '../../src/http/responses.ts'
import { openRaw, sendRaw, type RawAnswer } from './raw-client.ts'
import { startTestServer, type TestServer } from './test-server.ts'

const host = 'Host: localhost\r\n'
const get = `GET / HTTP/1.1\r\n${host}\r\n`
const chunkedPost = `POST /limited HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`

let server: TestServer
const logged = vi.spyOn(console, 'error').mockImplementation(() => {})

beforeEach(async () => {
  logged.mockClear()
  server = await startTestServer()
})
afterEach(async () => {
  server.release()
  await server.close()
})

function facts(answer: RawAnswer | null): object {
  return answer === null ? {} : { headers: Object.fromEntries(answer.headers), problem: JSON.parse(answer.body) }
}

function fixedRefusal(status: number): object {
  return {
    headers: {
      ...lowerCased(securityHeaders),
      'content-type': 'application/problem+json; charset=utf-8',
      connection: 'close',
      date: expect.stringContaining('GMT'),
    },
    problem: {
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      detail: expect.any(String),
      code: expect.any(String),
    },
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

describe('serveNode, refusing what is not HTTP', () => {
  it.each([
    ['a request line that is none', `hello\r\n\r\n`],
    ['an unknown method', `FOO / HTTP/1.1\r\n${host}\r\n`],
    ['an unknown version', `GET / HTTP/9.1\r\n${host}\r\n`],
    ['a TLS handshake', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc])],
    ['NUL bytes', Buffer.alloc(64)],
    [
      'Content-Length and chunks',
      `POST / HTTP/1.1\r\n${host}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'chunks and Content-Length',
      `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`,
    ],
    ['two lengths', `POST / HTTP/1.1\r\n${host}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`],
    ['a length that is no number', `POST / HTTP/1.1\r\n${host}Content-Length: 3x\r\n\r\nabc`],
    ['a negative length', `POST / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`],
    ['a bare LF after a header', `GET / HTTP/1.1\r\nA: b\n${host}\r\n`],
    ['a bare CR in a header', `GET / HTTP/1.1\r\nA: b\rc\r\n${host}\r\n`],
    ['NUL in a header', `GET / HTTP/1.1\r\nA: b\0c\r\n${host}\r\n`],
    ['a space before the colon', `GET / HTTP/1.1\r\nHost : localhost\r\n\r\n`],
    ['a folded header', `GET / HTTP/1.1\r\n${host}A: b\r\n c: d\r\n\r\n`],
    ['chunked that is not last', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['a chunk size that is no number', `${chunkedPost}zz\r\n\r\n`],
    ['a chunk longer than it says', `${chunkedPost}1\r\nabc\r\n0\r\n\r\n`],
    ['a chunk size ended by a bare LF', `${chunkedPost}3\nabc\r\n0\r\n\r\n`],
    ['CONNECT', `CONNECT example.com:443 HTTP/1.1\r\n${host}\r\n`],
  ])('answers 400 with the security headers to %s (rows 45, 49, 52)', async (_name, bytes) => {
    expect(facts(await sendRaw(server.port, bytes))).toMatchObject(fixedRefusal(400))
    expect((await fetch(server.url)).status).toBe(200)
  })

  it.each([
    ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['a malformed Host', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['a backslash in its path', `GET /\\evil HTTP/1.1\r\n${host}\r\n`],
    ['a target that is no path', `GET mailto:x HTTP/1.1\r\n${host}\r\n`],
  ])('answers 400 with the security headers to a request with %s (rows 45, 52)', async (_name, bytes) => {
    const refusal = await sendRaw(server.port, bytes)

    expect(refusal?.status).toBe(400)
    expect(Object.fromEntries(refusal?.headers ?? [])).toMatchObject(lowerCased(securityHeaders))
  })

  it.each([
    ['one long header', `GET / HTTP/1.1\r\n${host}A: ${'a'.repeat(16_384)}\r\n\r\n`],
    ['many headers', `GET / HTTP/1.1\r\n${host}${'Aa: bb\r\n'.repeat(3000)}\r\n`],
    ['a long path', `GET /${'a'.repeat(16_384)} HTTP/1.1\r\n${host}\r\n`],
    ['an endless header', `GET / HTTP/1.1\r\n${host}A: ${'a'.repeat(1_000_000)}`],
  ])('answers 431 with the security headers to %s (rows 45, 52)', async (_name, bytes) => {
    expect(facts(await sendRaw(server.port, bytes))).toMatchObject(fixedRefusal(431))
  })

  it('answers 413 to endless chunk extensions', async () => {
    expect(facts(await sendRaw(server.port, `${chunkedPost}1;${'a'.repeat(20_000)}\r\n`))).toMatchObject(
      fixedRefusal(413),
    )
  })

  it('answers 417 to an expectation that it does not know', async () => {
    expect(facts(await sendRaw(server.port, `GET / HTTP/1.1\r\n${host}Expect: more\r\n\r\n`))).toMatchObject(
      fixedRefusal(417),
    )
  })

  it('sends the answers that it owes before it ends a connection for garbage', async () => {
    const connection = await openRaw(server.port)
    await connection.send(`${get}GET /slow HTTP/1.1\r\n${host}\r\ngarbage\r\n\r\n`)
    await server.waiting
    server.release()

    expect((await connection.answer())?.body).toBe('hello')
    expect((await connection.answer())?.body).toBe('slow')
    expect(facts(await connection.answer())).toMatchObject(fixedRefusal(400))
    expect(await connection.answer()).toBeNull()
  })
})

describe('serveNode, with slow clients (row F13)', () => {
  it('answers 408 to headers that do not arrive', async () => {
    const connection = await openRaw(server.port)
    await connection.send('GET / HTTP/1.1\r\nHos')

    expect(facts(await connection.answer())).toMatchObject(fixedRefusal(408))
    await connection.ended
  })

  it('answers 408 to a body that does not arrive', async () => {
    const connection = await openRaw(server.port)
    await connection.send(`POST /echo HTTP/1.1\r\n${host}Content-Length: 100\r\n\r\nhalf`)

    expect(facts(await connection.answer())).toMatchObject(fixedRefusal(408))
    await connection.ended
    expect(logged).not.toHaveBeenCalled()
  })

  it('closes a connection without a byte, without a word', async () => {
    const connection = await openRaw(server.port)

    expect(await connection.answer()).toBeNull()
  })

  it('serves others while 500 clients send nothing more', async () => {
    const slowOnes = await Promise.all(Array.from({ length: 500 }, () => openRaw(server.port)))
    await Promise.all(slowOnes.map((connection) => connection.send('GET / HTTP/1.1\r\nA:')))

    expect((await fetch(server.url)).status).toBe(200)
    const refusals = await Promise.all(slowOnes.map((connection) => connection.answer()))
    expect(new Set(refusals.map((refusal) => refusal?.status))).toEqual(new Set([408]))
  })
})
