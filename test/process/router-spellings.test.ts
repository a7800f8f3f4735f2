import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import Fastify from 'fastify'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as expressAdapter from '../../src/adapters/express.ts'
import * as fastifyAdapter from '../../src/adapters/fastify.ts'
import * as koaAdapter from '../../src/adapters/koa.ts'
import type { ProtectOptions } from '../../src/index.ts'
import { createGuardWorld } from '../guards/guard-app.ts'
import { sendRaw } from './raw-client.ts'
import { spelled } from './spellings.ts'

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => unknown

function expressApp(options: ProtectOptions): Listener {
  return express()
    .use(expressAdapter.sessionAuth(options))
    .use('/private', (_request, response) => void response.send('secret'))
    .use('/public', (_request, response) => void response.send('open'))
}

async function fastifyApp(options: ProtectOptions): Promise<Listener> {
  const app = Fastify()
  app.addHook('onRequest', fastifyAdapter.sessionAuth(options))
  app.all('/private/*', () => 'secret')
  app.all('/public/*', () => 'open')
  await app.ready()
  return app.routing
}

function koaApp(options: ProtectOptions): Listener {
  const app = new Koa()
  app.use(koaAdapter.sessionAuth(options)).use((context) => {
    context.body = context.path.startsWith('/private') ? 'secret' : 'open'
  })
  return app.callback()
}

describe.each([
  ['Express', expressApp],
  ['Fastify', fastifyApp],
  ['Koa', koaApp],
])('a guard in front of all that %s routes, by paths that it does not resolve', (_name, createApp) => {
  let server: Server
  let port: number

  beforeAll(async () => {
    const { auth } = await createGuardWorld()
    const listener = await createApp({ auth, excludedPaths: ['/health', '/public/*'] })
    server = createServer((incoming, outgoing) => void listener(incoming, outgoing)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => server.close())

  it.each(spelled('private'))('shows nothing at %s (row 53)', async (target) => {
    const answer = await sendRaw(port, `GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`)

    expect(answer?.body).not.toBe('secret')
    expect(answer?.status).toBeLessThan(500)
  })

  it('leaves an excluded path alone', async () => {
    const answer = await sendRaw(port, 'GET /public/a HTTP/1.1\r\nHost: localhost\r\n\r\n')

    expect(answer?.body).toBe('open')
  })
})
