import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type IncomingMessage, createServer } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Hono } from 'hono'
import { sessionAuth } from '../../src/adapters/hono.ts'
import { serveNode, toNodeHandler } from '../../src/adapters/node.ts'
import {
  type Auth,
  type AuthEvent,
  type AuthOptions,
  createAuth,
  protect,
  sessionLogin,
  sessionLogout,
} from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { findFreePort } from './free-port.ts'
import { startNginx } from './nginx.ts'

const password = 'correct horse battery'

/** One request of a client. */
interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as an urlencoded form. */
  readonly form?: Readonly<Record<string, string>>
  /** The client's own address, within 127.0.0.0/8 (default: 127.0.0.2). */
  readonly from?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** An app that browsers reach at https://app.example, through nginx. */
export interface ProxiedApp {
  /** Where the app itself listens. */
  readonly port: number | string
  readonly events: readonly AuthEvent[]
  /** Sends a request to nginx, its target unchanged. */
  send(target: string, sent?: Sent): Promise<Answer>
  /** Sends the login form as a browser does. */
  logIn(sent?: Sent & { readonly target?: string; readonly password?: string }): Promise<Answer>
  close(): Promise<void>
}

/** Where nginx listens and calls, and which files it uses. */
export interface Place {
  readonly listen: number
  /** A port, or the path of a Unix socket. */
  readonly app: number | string
  readonly certificate: string
  readonly key: string
}

/** The nginx configurations of the guide, in order. */
const documented = [
  ...readFileSync(join(import.meta.dirname, '../../docs/behind-a-proxy.md'), 'utf8').matchAll(
    /^```nginx\n(.*?)^```/gms,
  ),
].map(([, block = '']) => block)

/** One of the guide's configurations, with this place in it. */
export function documentedServer(index: number, { listen, app, certificate, key }: Place): string {
  return (documented[index] ?? '')
    .replace('listen 443', `listen 127.0.0.1:${listen}`)
    .replace('127.0.0.1:3000', `127.0.0.1:${app}`)
    .replace('/run/app/app.sock', String(app))
    .replace('/etc/ssl/app.example.pem', certificate)
    .replace('/etc/ssl/app.example.key', key)
}

/** @param servers - nginx's `server` blocks; `more` finds it a further port to listen on. */
export async function startProxiedApp(
  servers: (place: Place, inner: number) => string,
  options: AuthOptions = {},
  listenOn: (app: Hono, auth: Auth) => Promise<Listening> = listenOnPort,
): Promise<ProxiedApp> {
  const events: AuthEvent[] = []
  const auth = createAuth({
    store: memoryStore(),
    origin: 'https://app.example',
    trustedProxies: ['127.0.0.1'],
    limits: { login: { failuresPerAddress: { points: 3, duration: 300 } } },
    onEvent: (event) => void events.push(event),
    ...options,
  })
  await auth.users.create({ username: 'ann', password })
  const server = await listenOn(createApp(auth), auth)
  const [listen, inner] = [await findFreePort(), await findFreePort()]
  const nginx = await startNginx([listen], (files) => servers({ listen, app: server.port, ...files }, inner))

  const send: ProxiedApp['send'] = (target, sent = {}) =>
    sendOverTls(target, { port: listen, servername: 'app.example', ca: nginx.certificate }, sent)
  return {
    port: server.port,
    events,
    send,
    logIn: ({ target = '/login/', password: tried = password, ...sent } = {}) =>
      send(target, {
        ...sent,
        method: 'POST',
        form: { username: 'ann', password: tried },
        headers: { ...browser, origin: 'https://app.example', 'sec-fetch-site': 'same-origin', ...sent.headers },
      }),
    async close() {
      await nginx.stop()
      await server.close()
    },
  }
}

/** Where an app listens, in the words of nginx. */
interface Listening {
  readonly port: number | string
  close(): Promise<void>
}

function listenOnPort(app: Hono, auth: Auth): Promise<Listening> {
  return serveNode(app.fetch, { port: 0, signals: false, onClose: auth.close })
}

/** As the guide does it. */
export async function listenOnUnixSocket(app: Hono, auth: Auth): Promise<Listening> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-unix-'))
  const port = join(folder, 'app.sock')
  const server = createServer(toNodeHandler(app.fetch)).listen(port)
  await once(server, 'listening')
  return {
    port,
    async close() {
      server.close()
      server.closeAllConnections()
      await auth.close()
      rmSync(folder, { recursive: true })
    },
  }
}

export const browser: Readonly<Record<string, string>> = { accept: 'text/html,*/*;q=0.8' }

function createApp(auth: ReturnType<typeof createAuth>): Hono {
  const app = new Hono()
  for (const prefix of ['', '/auth']) {
    app.mount(`${prefix}/login/`, sessionLogin({ auth, redirectTo: `${prefix}/` }))
    app.mount(`${prefix}/logout/`, sessionLogout({ auth }))
    app.get(`${prefix}/private/`, sessionAuth({ auth }), (c) => c.text(`secret of ${c.var.user.username}`))
  }
  // Answers every other path: a guard that read a path in another way than a router would show something.
  const all = protect(() => new Response('secret'), { auth, excludedPaths: ['/public/*'] })
  return app.all('*', (c) => all(c.req.raw, c.env))
}

async function sendOverTls(target: string, to: RequestOptions, { method, headers, form, from }: Sent): Promise<Answer> {
  const body = form === undefined ? '' : new URLSearchParams(form).toString()
  const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({
      host: '127.0.0.1',
      agent: false,
      path: target,
      method: method ?? 'GET',
      localAddress: from ?? '127.0.0.2',
      headers: { host: 'app.example', ...type, 'content-length': body.length, ...headers },
      ...to,
    })
      .on('response', resolve)
      .on('error', reject)
      .end(body)
  })
  const received = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  return { status: answer.statusCode ?? 0, headers: new Headers(received), body: await text(answer) }
}
