import { Hono } from 'hono'
import { sessionAuth } from '../../src/adapters/hono.ts'
import {
  type Auth,
  type AuthEvent,
  type AuthOptions,
  type ChangePasswordOptions,
  type RegisterOptions,
  type SessionLoginOptions,
  type SessionLogoutOptions,
  type Store,
  type User,
  changePassword,
  createAuth,
  register,
  sessionLogin,
  sessionLogout,
} from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'

export const password = 'correct horse battery'

/** Of that password: made once, so that not every test waits for a hash. */
const passwordHash = '$argon2id$v=19$m=19456,t=2,p=1$3g2H6cXd/QOVIQg/kVMDXg$X83hSLzNYjIhM6V0Py+/nsRjGyq2M0tM+i689Q6/9qo'

type Fields = Record<string, string>

/** An app with a login, its user `ann`, and clients that talk to it without a server. */
export interface LoginApp {
  readonly auth: Auth
  readonly ann: User
  readonly events: AuthEvent[]
  /** A request as a server hands it over. */
  handle(request: Request, context: unknown): Response | Promise<Response>
  /** A request as given, to a path of the app. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** A form, as a browser sends it. */
  postForm(path: string, fields: Fields, headers?: Fields): Promise<Response>
  /** JSON, as a program sends it. */
  postJson(path: string, body: unknown, headers?: Fields): Promise<Response>
  /** Logs ann in; the value of a `Cookie` header. */
  login(): Promise<string>
  /** Whom `/api/me` knows by this cookie. */
  me(cookie: string): Promise<Response>
}

const ann: User = {
  id: 'a0000000-0000-4000-8000-000000000001',
  username: 'ann',
  email: 'ann@example.org',
  firstName: null,
  lastName: null,
  active: true,
  admin: false,
  superuser: false,
  lastLogin: null,
  createdAt: new Date('2026-01-01'),
  sessionGeneration: 0,
}

export interface LoginAppOptions {
  readonly store?: Store
  readonly auth?: Omit<AuthOptions, 'store'>
  readonly login?: SessionLoginOptions
  readonly logout?: SessionLogoutOptions
  readonly register?: RegisterOptions
  readonly changePassword?: ChangePasswordOptions
  /** The socket's address, which a server would tell. */
  readonly address?: string
}

export const browserHeaders: Fields = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-site': 'same-origin',
}

export async function startLoginApp(options: LoginAppOptions = {}): Promise<LoginApp> {
  const events: AuthEvent[] = []
  const { store = memoryStore(), ...authOptions } = options
  const auth = createAuth({ store, limits: null, onEvent: (event) => void events.push(event), ...authOptions.auth })
  await store.users.create({ user: ann, usernameKey: 'ann', emailKey: 'ann@example.org', passwordHash })

  const app = new Hono()
  app.mount('/login/', sessionLogin({ auth, ...options.login }))
  app.mount('/logout/', sessionLogout({ auth, ...options.logout }))
  app.mount('/register/', register({ auth, ...options.register }))
  app.mount('/change-password/', changePassword({ auth, ...options.changePassword }))
  app.get('/api/me', sessionAuth({ auth }), (c) => c.json({ username: c.var.user.username }))

  const { address = '203.0.113.7' } = options
  const fetch: LoginApp['fetch'] = async (path, init) => {
    const incoming = { url: path, socket: { remoteAddress: address } }
    return app.fetch(new Request(new URL(path, 'http://app.example'), init), { incoming })
  }
  const me: LoginApp['me'] = (cookie) => fetch('/api/me', { headers: { cookie } })

  return {
    auth,
    ann,
    events,
    handle: (request, context) => app.fetch(request, Object(context)),
    fetch,
    me,
    postForm: (path, fields, headers = browserHeaders) =>
      fetch(path, { method: 'POST', body: new URLSearchParams(fields), headers }),
    postJson: (path, body, headers = {}) =>
      fetch(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    async login() {
      const response = await fetch('/login/', {
        method: 'POST',
        body: new URLSearchParams({ username: 'ann', password }),
      })
      return cookieOf(response)
    },
  }
}

/** What a browser would send back: the name and value of the response's one cookie. */
export function cookieOf(response: Response): string {
  const [cookie] = response.headers.getSetCookie()
  return cookie?.split(';')[0] ?? ''
}
