import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import formbody from '@fastify/formbody'
import express, { type RequestHandler } from 'express'
import Fastify from 'fastify'
import Koa, { type Middleware } from 'koa'
import { koaBody } from 'koa-body'
import bodyParser from 'koa-bodyparser'
import multer from 'multer'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { toExpressHandler } from '../../src/adapters/express.ts'
import { toFastifyPlugin } from '../../src/adapters/fastify.ts'
import { toKoaMiddleware } from '../../src/adapters/koa.ts'
import { type FetchHandler, createAuth, sessionLogin } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { openRaw } from './raw-client.ts'

const deadlineMs = 2_000
const username = 'ann'
const password = 'correct horse battery'

interface Host {
  readonly port: number
  close(): Promise<void>
}

/** Frameworks with body parsers in front of the login, behind it, or around it. */
const hosts: Readonly<Record<string, (login: FetchHandler) => Promise<Host>>> = {
  'Express with express.json()': (login) => expressHost([express.json()], login),
  'Express with express.urlencoded()': (login) => expressHost([express.urlencoded({ extended: true })], login),
  'Express with multer': (login) => expressHost([fieldsByMulter], login),
  'Express with parsers for every type': (login) =>
    expressHost([express.json(), express.urlencoded(), fieldsByMulter, express.text(), express.raw()], login),
  'Express with a parser of bytes': (login) => expressHost([express.raw({ type: '*/*' })], login),
  'Express with parsers behind the login': (login) =>
    expressHost([], login, [express.json(), express.urlencoded(), express.text()]),
  Fastify: (login) => fastifyHost(login, 'none'),
  'Fastify with formbody before the login': (login) => fastifyHost(login, 'before'),
  'Fastify with formbody behind the login': (login) => fastifyHost(login, 'after'),
  'Koa with koa-bodyparser': (login) => koaHost([bodyParser()], login),
  'Koa with koa-bodyparser for text, too': (login) =>
    koaHost([bodyParser({ enableTypes: ['json', 'form', 'text'] })], login),
  'Koa with koa-body': (login) => koaHost([koaBody()], login),
  'Koa with koa-body for multipart, too': (login) =>
    koaHost([koaBody({ multipart: true, onError: (_error, context) => context.throw(400) })], login),
  'Koa with koa-bodyparser behind the login': (login) => koaHost([], login, [bodyParser()]),
}

const fields = { username, password }
const large = 'x'.repeat(300_000)

const rightBodies: readonly (readonly [name: string, body: BodyInit, type: string | null])[] = [
  ['JSON', JSON.stringify(fields), 'application/json'],
  ['JSON of a type with parameters', JSON.stringify(fields), 'application/json; charset=utf-8'],
  ['a form', new URLSearchParams(fields), null],
  ['a form of a type in capitals', new URLSearchParams(fields).toString(), 'APPLICATION/X-WWW-FORM-URLENCODED'],
  ['a multipart form', formData(fields), null],
]

const wrongBodies: typeof rightBodies = [
  ['broken JSON', '{"username', 'application/json'],
  ['JSON of another password', JSON.stringify({ username, password: 'x' }), 'application/json'],
  ['JSON that is no object', '"text"', 'application/json'],
  ['an empty body of JSON', '', 'application/json'],
  ['a large body of JSON', JSON.stringify({ username, password: large }), 'application/json'],
  ['an empty form', '', 'application/x-www-form-urlencoded'],
  ['a form with a field twice', 'username=ann&username=bob', 'application/x-www-form-urlencoded'],
  ['a form with nested fields', 'username[a][b]=c&password=d', 'application/x-www-form-urlencoded'],
  ['a large form', `password=${large}`, 'application/x-www-form-urlencoded'],
  ['a multipart form without a boundary', '--x--', 'multipart/form-data'],
  ['a multipart form that is none', 'username=ann', 'multipart/form-data; boundary=x'],
  ['a large multipart form', formData({ username, password: large }), null],
  ['text', 'username=ann', 'text/plain'],
  ['an empty text', '', 'text/plain'],
  ['bytes', Buffer.from(fields.username), 'application/octet-stream'],
  ['a large body of an unknown type', large, 'application/x-unknown'],
  ['a type that is none', 'x', 'form'],
]

function formData(values: Readonly<Record<string, string>>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(values)) form.append(name, value)
  return form
}

/** It leaves it to the app to tell its errors from others. */
const fieldsByMulter: RequestHandler = (request, response, next) => {
  multer().none()(request, response, (error) => {
    if (error === undefined) next()
    else response.sendStatus(400)
  })
}

async function hostOf(server: Server): Promise<Host> {
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function expressHost(before: RequestHandler[], login: FetchHandler, behind: RequestHandler[] = []): Promise<Host> {
  const app = express().set('env', 'test')
  for (const middleware of before) app.use(middleware)
  app.use('/login/', toExpressHandler(login))
  for (const middleware of behind) app.use(middleware)
  return hostOf(app.listen(0, '127.0.0.1'))
}

function koaHost(before: Middleware[], login: FetchHandler, behind: Middleware[] = []): Promise<Host> {
  const app = new Koa()
  app.silent = true
  for (const middleware of [...before, toKoaMiddleware(login), ...behind]) app.use(middleware)
  return hostOf(app.listen(0, '127.0.0.1'))
}

async function fastifyHost(login: FetchHandler, formbodyIs: 'none' | 'before' | 'after'): Promise<Host> {
  const app = Fastify()
  if (formbodyIs === 'before') await app.register(formbody)
  await app.register(toFastifyPlugin(login), { prefix: '/login/' })
  if (formbodyIs === 'after') await app.register(formbody)
  await app.listen({ port: 0 })
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
}

/** JSON that a parser reads, and that can't be written again. */
const deep = '['.repeat(45_000) + ']'.repeat(45_000)

describe.each([
  ['Express', () => expressHost([express.json()], sessionLogin({ auth: createAuth({ store: memoryStore() }) }))],
  ['Koa', () => koaHost([bodyParser()], sessionLogin({ auth: createAuth({ store: memoryStore() }) }))],
])('a body that is nested too deep to be written again, parsed by %s', (_name, startHost) => {
  it.each([
    ['alone', 1],
    ['behind another request of its connection', 2],
  ])('is refused %s, and ends no process (A1, row 52)', async (_where, requests) => {
    const deepHost = await startHost()
    const post = (body: string): string =>
      `POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const first = requests === 1 ? '' : post('{"username":"ann","password":"a wrong horse"}')
    const socket = connect(deepHost.port, '127.0.0.1').on('error', () => undefined)
    socket.write(first + post(deep))
    let answers = ''
    socket.on('data', (data) => (answers += data))
    await vi.waitUntil(() => answers.split('HTTP/1.1 ').length > requests, { timeout: 10_000 })
    socket.destroy()
    await deepHost.close()

    expect(Array.from(answers.matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => status).at(-1)).toBe('413')
  })
})

for (const [name, startHost] of Object.entries(hosts)) {
  describe(`a login in ${name}`, () => {
    const auth = createAuth({ store: memoryStore(), limits: null })
    let host: Host

    beforeAll(async () => {
      await auth.users.create({ username, password })
      host = await startHost(sessionLogin({ auth }))
    })
    afterAll(() => host.close())

    function post(body: BodyInit, type: string | null): Promise<Response> {
      return fetch(`http://127.0.0.1:${host.port}/login/`, {
        method: 'POST',
        body,
        headers: type === null ? {} : { 'Content-Type': type },
        redirect: 'manual',
        signal: AbortSignal.timeout(deadlineMs),
      })
    }

    it.each(rightBodies)('logs in by %s', async (_name, body, type) => {
      const response = await post(body, type)

      expect([response.status, response.headers.getSetCookie().length]).toEqual([303, 1])
    })

    it.each(wrongBodies)('refuses %s in time (rows 40, 52)', async (_name, body, type) => {
      const response = await post(body, type)

      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(response.status).toBeLessThan(500)
    })

    it('answers a form with a file in time, which some parsers take out of it', async () => {
      const body = formData(fields)
      body.append('file', new Blob(['x']), 'x.txt')

      expect([303, 400, 415]).toContain((await post(body, null)).status)
    })

    it.each(['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])(
      'outlives a client that leaves in the middle of %s (row 52)',
      async (type) => {
        const connection = await openRaw(host.port)
        const head = `POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 100\r\n\r\n`
        await connection.send(`${head}{"username":`)
        connection.destroy()
        await connection.ended

        expect((await post(new URLSearchParams(fields), null)).status).toBe(303)
      },
    )
  })
}

describe('a multipart form whose parser reads another boundary', () => {
  it('brings no field that the parser did not see (row 53)', async () => {
    const auth = createAuth({ store: memoryStore(), limits: null })
    await auth.users.create({ username, password })
    const inner = (name: string, value: string): string =>
      `\r\n--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}`
    const parser: RequestHandler = (request, _response, next) => {
      request.body = { note: `a${inner('username', username)}${inner('password', password)}` }
      request.resume().once('end', next)
    }
    const host = await expressHost([parser], sessionLogin({ auth }))

    const response = await fetch(`http://127.0.0.1:${host.port}/login/`, {
      method: 'POST',
      body: 'whatever it was',
      headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
      redirect: 'manual',
    })
    await host.close()

    expect([response.status, response.headers.getSetCookie()]).toEqual([400, []])
  })
})
