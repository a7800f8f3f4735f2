import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type RequestHandler } from 'express'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { toExpressHandler } from '../../src/adapters/express.ts'
import { type Auth, type AuthEvent, createAuth, register } from '../../src/index.ts'
import { openRaw } from './raw-client.ts'

interface App {
  readonly auth: Auth
  readonly events: AuthEvent[]
  /** Asks for a user, and resets the connection when the request has arrived, before it is looked at. */
  readonly registerAndLeave: (username: string) => Promise<void>
}

let server: Server

async function startApp(): Promise<App> {
  const events: AuthEvent[] = []
  const auth = createAuth({ store: 'memory:', onEvent: (event) => void events.push(event) })
  const arrived = new Map<string, () => void>()
  const waitForLeave: RequestHandler = (request, _response, next) => {
    request.socket.once('close', () => next())
    arrived.get(request.body.username)?.()
  }
  const app = express().use(express.urlencoded(), waitForLeave)
  server = createServer(app.use('/register/', toExpressHandler(register({ auth })))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  async function registerAndLeave(username: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    arrived.set(username, resolve)
    const password = 'correct horse battery'
    const fields = { username, email: `${username}@example.org`, password, confirm_password: password }
    const body = new URLSearchParams(fields).toString()
    const head = `POST /register/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}`
    const connection = await openRaw(port)
    await connection.send(`${head}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n${body}`)
    await promise
    connection.destroy()
  }
  return { auth, events, registerAndLeave }
}

afterEach(() => void server.close())

describe('clients that leave before they are asked where they are', () => {
  it('are counted as one, and not let through uncounted (rows 69, 74)', async () => {
    const { auth, events, registerAndLeave } = await startApp()
    await Promise.all(Array.from({ length: 12 }, (_, index) => registerAndLeave(`user${index}`)))
    const outcomes = (): AuthEvent[] => events.filter(({ type }) => type === 'registered' || type === 'refused')
    await vi.waitFor(() => expect(outcomes()).toHaveLength(12), { timeout: 30_000 })

    expect(outcomes().filter(({ reason }) => reason === 'ERR_LATCHKEY_TOO_MANY_TRIES')).toHaveLength(2)
    expect(await auth.users.list()).toHaveLength(10)
  })
})
