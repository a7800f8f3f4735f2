import { once } from 'node:events'
import {
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
  createServer,
  request as httpRequest,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import express, { type ErrorRequestHandler } from 'express'
import Fastify from 'fastify'
import Koa from 'koa'
import * as expressAdapter from '../../src/adapters/express.ts'
import * as fastifyAdapter from '../../src/adapters/fastify.ts'
import * as koaAdapter from '../../src/adapters/koa.ts'
import * as nodeAdapter from '../../src/adapters/node.ts'
import type { ProtectOptions } from '../../src/index.ts'
import type { GuardedFetch } from './guard-app.ts'

const transportHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'etag',
  'keep-alive',
  'transfer-encoding',
])

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => unknown

/** Hears of what a guard throws, which these frameworks would turn into a 500 of their own. */
type OnError = (error: unknown) => void

export function expressApp(options: ProtectOptions): GuardedFetch {
  const guard = expressAdapter.sessionAuth(options)
  return overHttp((onError) => {
    const tell: ErrorRequestHandler = (error, _request, response, _next) => {
      onError(error)
      response.end()
    }
    return express()
      .disable('x-powered-by')
      .use(guard)
      .use((request, response) => {
        response.json({ user: expressAdapter.getUser(request)?.username ?? null })
      })
      .use(tell)
  })
}

export function fastifyApp(options: ProtectOptions): GuardedFetch {
  const guard = fastifyAdapter.sessionAuth(options)
  return overHttp(async (onError) => {
    const app = Fastify()
    app.addHook('onRequest', guard)
    app.setErrorHandler((error, _request, reply) => {
      onError(error)
      return reply.send('')
    })
    app.setNotFoundHandler((request, reply) =>
      reply.status(200).send({ user: fastifyAdapter.getUser(request)?.username ?? null }),
    )
    await app.ready()
    return app.routing
  })
}

export function koaApp(options: ProtectOptions): GuardedFetch {
  const guard = koaAdapter.sessionAuth(options)
  return overHttp((onError) => {
    const app = new Koa()
    app.use(async (_context, next) => next().catch(onError))
    app.use(guard).use((context) => {
      context.body = { user: context.state.user?.username ?? null }
    })
    return app.callback()
  })
}

export function nodeApp(options: ProtectOptions): GuardedFetch {
  const guard = nodeAdapter.createNodeGuard(options)
  return overHttp((onError) => async (incoming, outgoing) => {
    const isIn = await guard(incoming, outgoing).catch((error: unknown) => {
      onError(error)
      outgoing.end()
    })
    if (isIn !== true) return
    outgoing.setHeader('Content-Type', 'application/json')
    outgoing.end(JSON.stringify({ user: nodeAdapter.getUser(incoming)?.username ?? null }))
  })
}

/** Serves an app from the first request on, for as long as the tests run. */
function overHttp(createApp: (onError: OnError) => Listener | Promise<Listener>): GuardedFetch {
  let thrown: { readonly error: unknown } | null = null
  const onError: OnError = (error) => (thrown = { error })
  let starting: Promise<number> | null = null

  return async (path, init) => {
    starting ??= listen(await createApp(onError))
    const { url, method, headers } = new Request(`http://app.example${path}`, init)
    const { pathname, search } = new URL(url)
    const to = { port: await starting, path: pathname + search, method }
    const answer = await send(to, Object.fromEntries(headers))
    const body = await text(answer)
    if (thrown !== null) throw thrown.error
    return withoutTransport(answer, body)
  }
}

/** Not by `fetch`, which sends no `Upgrade`. */
async function send(to: RequestOptions, headers: Record<string, string>): Promise<IncomingMessage> {
  const upgrade = headers['upgrade'] === undefined ? {} : { connection: 'upgrade' }
  const sent = httpRequest({ host: '127.0.0.1', ...to, headers: { ...headers, ...upgrade, host: 'app.example' } }).end()
  const [answer]: IncomingMessage[] = await once(sent, 'response')
  if (answer === undefined) throw new Error('There was no answer.')
  return answer
}

/** As the app made it, without what the server and the connection add. */
function withoutTransport({ statusCode = 0, headersDistinct }: IncomingMessage, body: string): Response {
  const kept = Object.entries(headersDistinct)
    .filter(([name]) => !transportHeaders.has(name))
    .flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]))
  return new Response(body || null, { status: statusCode, headers: kept })
}

async function listen(listener: Listener): Promise<number> {
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing)).listen(0, '127.0.0.1')
  server.unref()
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
