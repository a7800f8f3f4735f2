import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NodeServer, serveNode, toNodeHandler } from '../../src/adapters/node.ts'
import { createAuth, sessionLogin } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { openRaw } from './raw-client.ts'

const login = sessionLogin({ auth: createAuth({ store: memoryStore() }) })
const app = new Hono()
app.mount('/login/', login)
app.get('/private/', (c) => c.text('hello'))

describe('what HTTP allows and no Request can be (row 52)', () => {
  let served: NodeServer
  const server = createServer(toNodeHandler(login))

  beforeAll(async () => {
    served = await serveNode(app.fetch, { port: 0, signals: false })
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)))
  })
  afterAll(async () => {
    await served.close()
    server.close()
  })

  it.each([
    ['TRACE /login/', 405],
    ['TRACE /private/', 405],
    ['GET http://ann:secret@app.example/login/', 400],
    ['POST http://ann:secret@app.example/login/', 400],
  ])('is refused: %s', async (line, status) => {
    const request = `${line} HTTP/1.1\r\nHost: app.example\r\nContent-Length: 0\r\n\r\n`
    const ports = [served.port, (server.address() as AddressInfo).port]
    const statuses = []
    for (const port of ports) {
      const connection = await openRaw(port)
      await connection.send(request)
      statuses.push((await connection.answer())?.status)
      connection.socket.destroy()
    }

    expect(statuses).toEqual([status, status])
  })
})
