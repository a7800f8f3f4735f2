import { type Store, UnavailableError } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { createPausedStore } from '../../src/testing/paused-store.ts'
import { fakeCaptcha, loginAs } from '../../src/testing/index.ts'
import type { LoginApp, LoginAppOptions } from '../endpoints/login-app.ts'
import { type ClientName, type Endpoint, clients, form, startEndpointApp } from './endpoints.ts'
import { faultsOf } from './faults.ts'

/** One thing that can come of a request to an endpoint, and how it comes about. */
export interface Outcome {
  readonly what: string
  readonly status: number | Readonly<Record<ClientName, number>>
  /** Sent to the endpoint's path, or below it. */
  readonly request: { readonly method?: string; readonly body?: BodyInit; readonly headers?: Record<string, string> }
  readonly below?: string
  readonly app?: LoginAppOptions
  /** `none`: no cookie, though it is for users; `unknown`: one that nobody gave out. */
  readonly cookie?: 'none' | 'unknown'
  readonly before?: (app: LoginApp, cookie: Record<string, string>) => Promise<unknown>
}

const json = { 'content-type': 'application/json' }
const post = form({})
const toLogin = { 'a browser': 303, 'a program': 401, 'a program that asks for JSON': 401 }
const redirected = { 'a browser': 303, 'a program': 303, 'a program that asks for JSON': 200 }

/** What can come of a request to any endpoint. */
function outcomesOfAll({ option, right }: Endpoint): Outcome[] {
  const fail = (): never => {
    throw new Error('A template may throw.')
  }
  const broken = (status: number): Outcome['status'] => (option === 'logout' ? redirected : status)
  const tooLarge = { ...json, 'content-length': '20000' }
  return [
    { what: 'its page', status: 200, request: {} },
    { what: 'the head of its page', status: 200, request: { method: 'HEAD' } },
    { what: 'success', status: redirected, request: form(right) },
    { what: 'success that leads nowhere', status: 200, request: form(right), app: { [option]: { redirectTo: null } } },
    { what: 'broken JSON', status: broken(400), request: { method: 'POST', body: '{', headers: json } },
    {
      what: 'a field that comes twice',
      status: broken(400),
      request: { ...post, body: new URLSearchParams('a=1&a=2') },
    },
    { what: 'a path below', status: 404, request: {}, below: 'x' },
    ...['PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => ({ what: method, status: 405, request: { method } })),
    { what: 'a large body', status: 413, request: { method: 'POST', body: 'x'.repeat(20_000), headers: tooLarge } },
    { what: 'a body of text', status: broken(415), request: { method: 'POST', body: 'x' } },
    ...[{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }].map((headers) => ({
      what: `a form from ${headers['sec-fetch-site']}`,
      status: 403,
      request: { ...form(right), headers },
    })),
    ...['https://evil.example', 'null'].map((origin) => ({
      what: `a form from ${origin}`,
      status: 403,
      request: { ...form(right), headers: { 'sec-fetch-site': 'cross-site', origin } },
    })),
    {
      what: 'a broken database (F3)',
      status: 503,
      request: form(right),
      app: { store: brokenStore() },
      cookie: 'unknown',
    },
    { what: 'a template that throws', status: 500, request: {}, app: { [option]: { template: fail } } },
  ]
}

const empty: Outcome = { what: 'an empty form', status: 422, request: post }
const robots: Outcome['request'] = form({ username: 'ann', password: 'x', captcha: 'robot' })
const tooMany = { limits: { login: { failuresPerAddress: { points: 0, duration: 300 } } } }
const wrongPassword = { current_password: 'wrong', new_password: 'other horses', confirm_new_password: 'other horses' }
const refuse = (): string => 'Not today.'

/** What else can come of a request to each. */
const outcomesOfEach: Readonly<Record<Endpoint['option'], readonly Outcome[]>> = {
  login: [
    empty,
    { what: 'a wrong password', status: 401, request: form({ username: 'ann', password: 'x' }) },
    { what: 'a hook that refuses', status: 401, request: robots, app: { login: { hooks: { preLogin: [refuse] } } } },
    { what: 'an unsolved CAPTCHA', status: 422, request: robots, app: { login: { captcha: fakeCaptcha() } } },
    { what: 'too many tries', status: 429, request: robots, app: { auth: tooMany } },
    { what: 'its page without a database (F3)', status: 200, request: {}, app: { store: brokenStore() } },
  ],
  logout: [
    { what: 'a session that is gone', status: redirected, request: post, cookie: 'unknown' },
    { what: 'no session', status: { ...toLogin, 'a browser': 200 }, request: post, cookie: 'none' },
  ],
  register: [
    empty,
    { what: 'a name that is taken', status: 422, request: form({ username: 'ann', email: 'a@example.org' }) },
    { what: 'an unsolved CAPTCHA', status: 422, request: robots, app: { register: { captcha: fakeCaptcha() } } },
    { what: 'what is only shown', status: 403, request: post, app: { register: { readOnly: true } } },
    {
      what: 'too many tries',
      status: 429,
      request: post,
      app: { auth: { limits: {} } },
      before: (app) => tenTimes(() => app.postForm('/register/', {}, {})),
    },
  ],
  changePassword: [
    empty,
    { what: 'a wrong password', status: 422, request: form(wrongPassword) },
    { what: 'what is only shown', status: 403, request: post, app: { changePassword: { readOnly: true } } },
    { what: 'no session', status: toLogin, request: {}, cookie: 'none' },
    { what: 'a form without a session', status: toLogin, request: post, cookie: 'none' },
    {
      what: 'too many tries',
      status: 429,
      request: form(wrongPassword),
      app: { auth: { limits: {} } },
      before: (app, cookie) => tenTimes(() => app.postForm('/change-password/', wrongPassword, cookie)),
    },
  ],
}

export function outcomesOf(endpoint: Endpoint): Outcome[] {
  return [...outcomesOfAll(endpoint), ...outcomesOfEach[endpoint.option], ...faultsOf(endpoint)]
}

/** Takes no calls but the one that makes its first user. */
function brokenStore(): Store {
  const store = createPausedStore(memoryStore())
  const verbs = ['users.findByEmail', 'sessions.create', 'sessions.findWithUser', 'sessions.delete'] as const
  for (const verb of verbs) store.failWith(verb, new UnavailableError())
  return store
}

async function tenTimes(act: () => Promise<Response>): Promise<void> {
  for (let times = 0; times < 10; times += 1) await act()
}

/** A request to an endpoint, by a client. */
export type Step = readonly [endpoint: Endpoint, outcome: Outcome, client: ClientName]

/** Sends it to an app of its own; the answer, and what is kept there before and after. */
export async function send([endpoint, outcome, client]: Step): Promise<{
  response: Response
  before: object
  after: object
}> {
  const app = await startEndpointApp(endpoint, outcome.app)
  const has = outcome.cookie ?? (endpoint.withSession ? 'session' : 'none')
  const unknown = `__Host-id=${'a'.repeat(43)}`
  const cookie = { cookie: has === 'none' ? '' : has === 'unknown' ? unknown : await cookieOfAnn(app) }
  await outcome.before?.(app, cookie)
  const before = await recordsOf(app)
  const headers = { ...clients[client], ...cookie, ...outcome.request.headers }
  const response = await app.fetch(endpoint.path + (outcome.below ?? ''), { ...outcome.request, headers })
  return { response, before, after: await recordsOf(app) }
}

async function cookieOfAnn({ auth, ann }: LoginApp): Promise<string> {
  return (await loginAs(auth, ann)).headers.cookie
}

async function recordsOf({ auth, ann }: LoginApp): Promise<object> {
  return { users: await auth.users.list(), sessions: await auth.sessions.list(ann.id) }
}
