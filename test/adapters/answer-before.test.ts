import { once } from 'node:events'
import { type IncomingMessage, type RequestListener, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createNodeGuard, toNodeHandler } from '../../src/adapters/node.ts'
import { createAuth } from '../../src/index.ts'
import { type RawConnection, openRaw } from '../process/raw-client.ts'

const count = 50

/** Sends requests in one piece to a server that latchkey doesn't own. */
async function pipeline(listener: RequestListener, requests: number): Promise<RawConnection> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  const connection = await openRaw((server.address() as AddressInfo).port)
  const paths = Array.from({ length: requests }, (_, index) => `/${index}`)
  await connection.send(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''))
  return connection
}

async function bodiesOf(connection: RawConnection): Promise<(string | undefined)[]> {
  const bodies = []
  for (let index = 0; index < count; index += 1) bodies.push((await connection.answer())?.body)
  connection.destroy()
  return bodies
}

describe('on a server of the app’s own, requests that come before the answer to the last one (A2)', () => {
  it('are begun by a handler one after the other', async () => {
    let running = 0
    let most = 0
    const handler = toNodeHandler(async ({ url }) => {
      running += 1
      most = Math.max(most, running)
      await pause(1)
      running -= 1
      return new Response(new URL(url).pathname)
    })

    expect(await bodiesOf(await pipeline(handler, count))).toEqual(Array.from({ length: count }, (_, at) => `/${at}`))
    expect(most).toBe(1)
  })

  it('are let through by a guard one after the other, and reach the handler behind it', async () => {
    let running = 0
    let most = 0
    const guard = createNodeGuard({ auth: createAuth({ store: 'memory:' }), allowUnauthenticated: true })
    const handler = toNodeHandler(({ url }) => new Response(new URL(url).pathname))
    async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
      if (!(await guard(incoming, outgoing))) return
      running += 1
      most = Math.max(most, running)
      outgoing.once('close', () => (running -= 1))
      handler(incoming, outgoing)
    }
    const connection = await pipeline((incoming, outgoing) => void answer(incoming, outgoing), count)

    expect(await bodiesOf(connection)).toEqual(Array.from({ length: count }, (_, at) => `/${at}`))
    expect(most).toBe(1)
  })

  it('end the connection where more than sixty-four wait', async () => {
    let begun = 0
    const handler = toNodeHandler(() => {
      begun += 1
      return new Response('hello')
    })
    const connection = await pipeline(handler, 1_500)
    await connection.ended

    expect(begun).toBeLessThanOrEqual(66)
  })
})
