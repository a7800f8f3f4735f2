import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openRaw } from './raw-client.ts'
import { startTestServer, type TestServer } from './test-server.ts'

const host = 'Host: localhost\r\n'
const get = `GET / HTTP/1.1\r\n${host}\r\n`

let server: TestServer

beforeEach(async () => {
  server = await startTestServer()
})
afterEach(async () => {
  server.release()
  await server.close()
})

describe('serveNode, closing', () => {
  it('closes connections without a request at once, and refuses further ones', async () => {
    const idle = await openRaw(server.port)
    await idle.send(get)
    await idle.answer()
    const silent = await openRaw(server.port)
    await server.close()

    await Promise.all([idle.ended, silent.ended])
    await expect(fetch(server.url)).rejects.toThrow('fetch failed')
  })

  it('sends the answers under way, with Connection: close', async () => {
    const connection = await openRaw(server.port)
    await connection.send(`GET /slow HTTP/1.1\r\n${host}\r\n`)
    await server.waiting
    const closed = server.close()
    server.release()

    const last = await connection.answer()
    expect(last?.body).toBe('slow')
    expect(last?.headers.get('connection')).toBe('close')
    await Promise.all([closed, connection.ended])
  })

  it('ends a connection after an answer whose head was sent before', async () => {
    const connection = await openRaw(server.port)
    await connection.send(`GET /stream HTTP/1.1\r\n${host}\r\n`)
    await once(connection.socket, 'data')
    const closed = server.close()
    server.release()

    expect((await connection.answer())?.body).toBe('one two')
    await closed
  })

  it('cuts what is not sent in time', async () => {
    const impatient = await startTestServer({ closeTimeout: 0.1 })
    const connection = await openRaw(impatient.port)
    await connection.send(`GET /slow HTTP/1.1\r\n${host}\r\n`)
    await impatient.waiting
    await impatient.close()

    expect(await connection.answer()).toBeNull()
  })

  it('calls onClose once, after the last answer', async () => {
    const onClose = vi.fn<() => void>()
    const second = await startTestServer({ onClose })
    await Promise.all([second.close(), second.close()])

    expect(onClose).toHaveBeenCalledOnce()
  })

  it('leaves the signals alone after it, and when told to', async () => {
    const before = process.listenerCount('SIGTERM')
    const second = await startTestServer({ signals: true })
    expect(process.listenerCount('SIGTERM')).toBe(before + 1)
    await second.close()

    expect(process.listenerCount('SIGTERM')).toBe(before)
  })
})

describe('serveNode in a process of its own (row F21)', () => {
  async function start() {
    const child = fork(join(import.meta.dirname, 'serve-child.ts'), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    const [port] = await once(child, 'message')
    return { child, port: Number(port), exited: once(child, 'exit') }
  }

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'finishes 200 requests after %s, then ends with exit code 0',
    async (signal) => {
      const { child, port, exited } = await start()
      const running = new Promise<void>((resolve) => {
        let left = 200
        child.on('message', () => (left -= 1) === 0 && resolve())
      })
      const answers = Array.from({ length: 200 }, () => fetch(`http://127.0.0.1:${port}/slow`))
      await running
      child.kill(signal)
      child.send('release')

      const statuses = (await Promise.all(answers)).map(({ status }) => status)
      expect(new Set(statuses)).toEqual(new Set([200]))
      expect(await exited).toEqual([0, null])
    },
  )

  it('ends at once at the second signal', async () => {
    const { child, port, exited } = await start()
    const running = once(child, 'message')
    const cut = fetch(`http://127.0.0.1:${port}/slow`)
    await running
    child.kill('SIGTERM')
    // A signal that comes at once counts as the same one.
    await new Promise((resolve) => setTimeout(resolve, 1000))
    child.kill('SIGTERM')

    await expect(cut).rejects.toThrow('fetch failed')
    expect(await exited).toEqual([143, null])
  })
})
