import { describe, expect, it } from 'vitest'
import { type Store, UnavailableError } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { type LoginApp, browserHeaders, password, startLoginApp } from './login-app.ts'

const json = { 'content-type': 'application/json' }
const bob = { username: 'bob', email: 'bob@example.org', password, confirm_password: password }
const crossSite = { 'sec-fetch-site': 'cross-site' }

/** One request for each kind of answer, as a browser and as a program send it. */
const requests: [
  what: string,
  path: string,
  init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> },
][] = [
  ['the login page', '/login/', {}],
  ['HEAD', '/login/', { method: 'HEAD' }],
  ['the logout page', '/logout/', {}],
  ['a login', '/login/', { method: 'POST', body: new URLSearchParams({ username: 'ann', password }) }],
  ['a failed login', '/login/', { method: 'POST', body: new URLSearchParams({ username: 'ann', password: 'x' }) }],
  ['an empty form', '/login/', { method: 'POST' }],
  ['broken JSON', '/login/', { method: 'POST', body: '{', headers: json }],
  ['text', '/login/', { method: 'POST', body: 'x' }],
  ['a body that is too large', '/login/', { method: 'POST', body: 'x'.repeat(20_000), headers: json }],
  ['a wrong method', '/login/', { method: 'DELETE' }],
  ['a path below', '/login/x', {}],
  ['another site', '/login/', { method: 'POST', headers: crossSite }],
  ['the page for registering', '/register/', {}],
  ['a registration', '/register/', { method: 'POST', body: JSON.stringify(bob), headers: json }],
  ['a registration that is refused', '/register/', { method: 'POST', body: '{}', headers: json }],
  ['another site’s registration', '/register/', { method: 'POST', headers: crossSite }],
  ['a path below registering', '/register/x', {}],
  ['a change of password without a session', '/change-password/', {}],
  ['another site’s change of password', '/change-password/', { method: 'POST', headers: crossSite }],
  ['a logout', '/logout/', { method: 'POST', headers: { cookie: 'id=x' } }],
  ['a logout without a cookie', '/logout/', { method: 'POST' }],
  ['another site’s logout', '/logout/', { method: 'POST', headers: { ...crossSite, cookie: 'id=x' } }],
]

const clients: [client: string, headers: Record<string, string>][] = [
  ['a browser', { accept: browserHeaders['accept'] ?? '' }],
  ['a program', { accept: '*/*' }],
]
const walk = clients.flatMap(([client, accept]) =>
  requests.map(
    ([what, path, init]) => [what, client, path, { ...init, headers: { ...accept, ...init.headers } }] as const,
  ),
)

function brokenStore(): Store {
  const store = memoryStore()
  const fail = (): Promise<never> => Promise.reject(new UnavailableError())
  return {
    ...store,
    users: { ...store.users, findByEmail: fail },
    sessions: { ...store.sessions, create: fail, findWithUser: fail, delete: fail },
  }
}

function forAll(app: LoginApp): (what: string, client: string, path: string, init: RequestInit) => Promise<Response> {
  return (_what, _client, path, init) => app.fetch(path, init)
}

describe('every answer', () => {
  it.each(walk)('to %s from %s carries the security headers (rows 44, 45, 47)', async (...request) => {
    const app = await startLoginApp({ auth: { origin: 'https://app.example' } })

    const { headers } = await forAll(app)(...request)

    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'referrer-policy': 'same-origin',
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      vary: 'Cookie, Accept, Sec-Fetch-Site, Origin',
    })
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-powered-by')).toBeNull()
  })

  it.each(walk)('to %s from %s is no 5xx, and names its type where it has a body (rows 35, 52)', async (...request) => {
    const app = await startLoginApp()

    const response = await forAll(app)(...request)
    const body = await response.text()
    const type = response.headers.get('content-type') ?? ''

    expect(response.status).toBeLessThan(500)
    expect(body === '' || /^(text\/html|application\/(problem\+)?json); charset=utf-8$/.test(type)).toBe(true)
  })

  it.each(walk)('to %s from %s has no script and no address of another site (row 46)', async (...request) => {
    const app = await startLoginApp()

    const body = await (await forAll(app)(...request)).text()

    expect(body).not.toMatch(/<script|https?:\/\/|url\(/i)
  })

  it.each(walk)('to %s from %s allows no other origin to read it (row 42)', async (_what, _client, path, init) => {
    const app = await startLoginApp()

    const response = await app.fetch(path, { ...init, headers: { ...init.headers, origin: 'https://evil.example' } })

    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  })
})

describe('a write from another site', () => {
  const cookies: [string, string | null][] = [
    ['with a session', 'session'],
    ['without a cookie', null],
  ]
  const table = ['/login/', '/logout/', '/register/', '/change-password/'].flatMap((path) =>
    [crossSite, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' }].flatMap(
      (headers) => cookies.map(([kind, cookie]) => [path, JSON.stringify(headers), kind, headers, cookie] as const),
    ),
  )

  it.each(table)(
    'to %s with %s, %s, is refused and changes nothing (rows 37, 38)',
    async (path, _h, _k, headers, has) => {
      const app = await startLoginApp()
      const cookie = await app.login()
      const sent = { ...headers, ...(has === null ? {} : { cookie }) }

      const form = await app.postForm(path, { username: 'ann', password }, sent)
      const program = await app.postJson(path, { username: 'ann', password }, sent)

      expect([form.status, program.status]).toEqual([403, 403])
      expect(await app.auth.sessions.list(app.ann.id)).toHaveLength(1)
    },
  )
})

describe('a broken database', () => {
  it.each([
    ['/login/', { username: 'ann', password }],
    ['/logout/', {}],
    ['/register/', bob],
    ['/change-password/', {}],
  ])('is 503 at %s, with Retry-After, and clears no cookie (F3)', async (path, fields) => {
    const app = await startLoginApp({ store: brokenStore() })

    const response = await app.postForm(path, fields, { cookie: `id=${'a'.repeat(43)}` })

    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('leaves the login page to be seen (F3)', async () => {
    const app = await startLoginApp({ store: brokenStore() })

    const response = await app.fetch('/login/', { headers: { cookie: `id=${'a'.repeat(43)}` } })

    expect(response.status).toBe(200)
  })

  it('is 503 at a guard, never 401 (F3)', async () => {
    const app = await startLoginApp({ store: brokenStore() })

    const response = await app.me(`id=${'a'.repeat(43)}`)

    expect(response.status).toBe(503)
    expect(response.headers.getSetCookie()).toEqual([])
  })
})

describe('events', () => {
  it('hold no password, token or typed name (rows 92, 93, 94)', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()
    await app.postForm('/login/', { username: 'pass\r\nword in the wrong field', password: 'canary-password' })
    await app.postForm('/logout/', {}, { cookie })

    const told = JSON.stringify(app.events)

    expect(app.events.map(({ type }) => type)).toEqual(['login', 'login_failed', 'logout'])
    expect(told).not.toContain(cookie.slice(3))
    expect(told).not.toMatch(/canary-password|wrong field|correct horse/)
    expect(app.events).toEqual(app.events.map(() => expect.objectContaining({ at: expect.any(Date) })))
  })

  it('go on when the listener fails', async () => {
    const app = await startLoginApp({
      auth: {
        onEvent: () => {
          throw new Error('The log is full.')
        },
      },
    })

    expect(await app.login()).toMatch(/^id=/)
  })
})
