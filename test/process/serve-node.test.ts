import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { openRaw, sendRaw, type RawConnection } from './raw-client.ts'
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

describe('serveNode, answering', () => {
  it('says where it listens', async () => {
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    expect(await (await fetch(server.url)).text()).toBe('hello')
  })

  it('answers pipelined requests in their order', async () => {
    const connection = await openRaw(server.port)
    const post = `POST /echo HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\n`
    await connection.send(`${post}one${get}${post}two`)

    expect((await connection.answer())?.body).toBe('one')
    expect((await connection.answer())?.body).toBe('hello')
    expect((await connection.answer())?.body).toBe('two')
    connection.destroy()
  })

  it('answers 500 with a fixed text when the handler throws, and lives on', async () => {
    const response = await fetch(`${server.url}/throw`)

    expect(response.status).toBe(500)
    expect(response.headers.get('x-frame-options')).toBe('DENY')
    expect(await response.text()).not.toContain('secret')
    expect(logged).toHaveBeenCalledWith(new Error('a secret'))
    expect((await fetch(server.url)).status).toBe(200)
  })

  it('answers 500 when the handler gives no response', async () => {
    expect((await fetch(`${server.url}/nothing`)).status).toBe(500)
  })

  it('outlives a client that leaves in the middle of its body, without a word', async () => {
    const connection = await openRaw(server.port)
    await connection.send(`POST /echo HTTP/1.1\r\n${host}Content-Length: 100\r\n\r\nhalf`)
    connection.destroy()
    await connection.ended

    expect((await fetch(server.url)).status).toBe(200)
    expect(logged).not.toHaveBeenCalled()
  })

  it('outlives a client that leaves before its answer', async () => {
    const connection = await openRaw(server.port)
    await connection.send(`GET /slow HTTP/1.1\r\n${host}\r\n`)
    await server.waiting
    connection.destroy()
    server.release()

    expect((await fetch(server.url)).status).toBe(200)
    expect(logged).not.toHaveBeenCalled()
  })
})

describe('serveNode, with bodies that nobody reads', () => {
  async function flood(connection: RawConnection): Promise<number> {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    let sent = 0
    for (; sent < 2 ** 30 && !connection.socket.destroyed; sent += 65_536) await connection.send(chunk)
    return sent
  }

  it.each([
    ['/limited', 413],
    ['/throw', 500],
  ])('reads no more of a chunked body of 1 GB after the answer of %s (rows 49, 52)', async (path, status) => {
    const connection = await openRaw(server.port)
    await connection.send(`POST ${path} HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`)
    const flooding = flood(connection)

    const refusal = await connection.answer()
    expect(refusal?.status).toBe(status)
    expect(refusal?.headers.get('connection')).toBe('close')
    // Most of these bytes are in the buffers of the operating system.
    expect(await flooding).toBeLessThan(2 ** 24)
  })

  it('leaves the client a moment to read the answer', async () => {
    const connection = await openRaw(server.port)
    await connection.send(chunkedPost)
    const sending = connection.send(`800000\r\n${'x'.repeat(0x80_00_00)}\r\n`)
    await connection.ended

    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(connection.socket.errored).toBeNull()
    expect((await connection.answer())?.status).toBe(413)
    connection.destroy()
    await sending
  })

  it('keeps the connection after a small body that was not read', async () => {
    const connection = await openRaw(server.port)
    await connection.send(`POST / HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc${get}`)

    expect((await connection.answer())?.body).toBe('hello')
    expect((await connection.answer())?.body).toBe('hello')
    connection.destroy()
  })

  it('keeps the connection after a body that was read', async () => {
    const refusal = await sendRaw(server.port, `POST /echo HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`)

    expect(refusal?.headers.get('connection')).toBe('keep-alive')
  })
})

describe('serveNode, started wrongly', () => {
  it.each([
    ['a port in use', () => ({ port: server.port }), 'another program uses it'],
    ['a port that is none', () => ({ port: 70_000 }), 'choose another host or port'],
    ['a host that is not here', () => ({ port: 0, host: '192.0.2.1' }), 'choose another host or port'],
    ['a time of zero', () => ({ port: 0, requestTimeout: 0 }), 'requestTimeout must be'],
    ['a time that is no number', () => ({ port: 0, closeTimeout: Number.NaN }), 'closeTimeout must be'],
  ])('refuses %s', async (_name, options, message) => {
    const starting = startTestServer(options())

    await expect(starting).rejects.toThrow(ConfigError)
    await expect(starting).rejects.toThrow(message)
  })
})
