import { describe, expect, it } from 'vitest'
import { hours, minutes, protect, sessionLogin } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { createPausedStore } from '../../src/testing/paused-store.ts'
import { createMovableClock } from '../../src/testing/index.ts'
import { browserHeaders, cookieOf, password, startLoginApp } from './login-app.ts'

const right = { username: 'ann', password }
const wrong = { username: 'ann', password: 'not this one' }

describe('sessionLogin on GET', () => {
  it('shows a form', async () => {
    const app = await startLoginApp()

    const response = await app.fetch('/login/')

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await response.text()).toContain('<form method="post">')
  })

  it.each(['/login', '/login/', '/login/?next=/x'])('answers at %s', async (path) => {
    const app = await startLoginApp()

    const response = await app.fetch(path)

    expect(response.status).toBe(200)
  })

  it.each(['/login/sub', '/login/login/'])('answers 404 at %s, which is below it (row 53)', async (path) => {
    const app = await startLoginApp()

    const response = await app.fetch(path)

    expect(response.status).toBe(404)
  })

  it('says as whom a visitor is logged in, and still shows the form', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()

    const page = await (await app.fetch('/login/', { headers: { cookie } })).text()

    expect(page).toContain('You are logged in as ann.')
    expect(page).toContain('<form method="post">')
  })

  it('takes the word of a guard in front for it, and asks the store once', async () => {
    const { sessions, ...store } = memoryStore()
    let asked = 0
    const findWithUser: typeof sessions.findWithUser = (tokenHash) => {
      asked += 1
      return sessions.findWithUser(tokenHash)
    }
    const app = await startLoginApp({ store: { ...store, sessions: { ...sessions, findWithUser } } })
    const guarded = protect(sessionLogin({ auth: app.auth }), { auth: app.auth })
    const request = new Request('http://localhost/', { headers: { ...browserHeaders, cookie: await app.login() } })

    const page = await (await guarded(request)).text()

    expect(page).toContain('You are logged in as ann.')
    expect(asked).toBe(1)
  })

  it('ends what came with it by one call to the store, however many cookies that are (A8)', async () => {
    const store = createPausedStore(memoryStore())
    const app = await startLoginApp({ store })
    const real = await app.login()
    const before = store.calls.length
    const madeUp = Array.from({ length: 19 }, (_, index) => `id=${String(index).padStart(43, 'x')}`)
    const cookie = [...madeUp, real].join('; ')
    const response = await app.postForm('/login/', { username: 'ann', password }, { cookie })

    expect(response.status).toBe(303)
    expect(store.calls.slice(before).filter((verb) => verb === 'sessions.delete')).toHaveLength(1)
    expect((await app.me(real)).status).toBe(401)
  })

  it('only looks who is logged in, and extends no session (B3)', async () => {
    const clock = createMovableClock()
    const app = await startLoginApp({ auth: { clock } })
    const cookie = await app.login()
    clock.move(hours(2))
    const [before] = await app.auth.sessions.list(app.ann.id)
    await app.fetch('/login/', { headers: { cookie } })
    await app.fetch('/logout/', { headers: { cookie } })
    const [looked] = await app.auth.sessions.list(app.ann.id)
    await app.me(cookie)
    const [used] = await app.auth.sessions.list(app.ann.id)

    expect(looked).toEqual(before)
    expect(used?.expiresAt.getTime()).toBeGreaterThan(before?.expiresAt.getTime() ?? Infinity)
  })

  it('keeps a `next` of the query in the form', async () => {
    const app = await startLoginApp()

    const page = await (await app.fetch('/login/?next=/private/%3Fa=1')).text()

    expect(page).toContain('name="next" value="/private/?a=1"')
  })

  it('leaves a `next` of another site, and any `error`, out of the page (rows 31, 33, 34)', async () => {
    const app = await startLoginApp()

    const page = await (await app.fetch('/login/?next=https://evil.example&error=%3Cscript%3E')).text()

    expect(page).not.toContain('evil.example')
    expect(page).not.toContain('<script')
  })

  it('writes nothing (rows 5, 39)', async () => {
    const app = await startLoginApp()

    const response = await app.fetch('/login/', { headers: { cookie: `id=${'a'.repeat(43)}` } })

    expect(response.headers.getSetCookie()).toEqual([])
    expect(await app.auth.sessions.list(app.ann.id)).toEqual([])
  })
})

describe('sessionLogin on other methods', () => {
  it('answers HEAD as GET, without a body', async () => {
    const app = await startLoginApp()

    const response = await app.fetch('/login/', { method: 'HEAD' })

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await response.text()).toBe('')
  })

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'BREW'])('answers %s with 405 and Allow (row 52)', async (method) => {
    const app = await startLoginApp()

    const response = await app.fetch('/login/', { method })

    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST')
  })
})

describe('sessionLogin after a right password', () => {
  it('redirects a browser with 303 and sets the cookie (row 25)', async () => {
    const app = await startLoginApp()

    const response = await app.postForm('/login/', right)

    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/')
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^id=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
    expect(await response.text()).toBe('')
  })

  it('prefixes the cookie with __Host- and marks it Secure where the origin is https (rows 25, 26)', async () => {
    const app = await startLoginApp({ auth: { origin: 'https://app.example' } })

    const response = await app.postForm('/login/', right, { 'x-forwarded-proto': 'http' })

    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-id=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
    ])
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000')
  })

  it.each([
    ['a user name', 'ann'],
    ['another spelling of it', ' ANN '],
    ['an e-mail address', 'Ann@Example.ORG'],
  ])('takes %s (row 75)', async (_kind, username) => {
    const app = await startLoginApp()

    const response = await app.postForm('/login/', { username, password })

    expect(response.status).toBe(303)
  })

  it('takes JSON, and answers it with a redirect', async () => {
    const app = await startLoginApp()

    const response = await app.postJson('/login/', right)

    expect(response.status).toBe(303)
  })

  it('takes a multipart form', async () => {
    const app = await startLoginApp()
    const body = new FormData()
    body.set('username', 'ann')
    body.set('password', password)

    const response = await app.fetch('/login/', { method: 'POST', body })

    expect(response.status).toBe(303)
  })

  it('answers JSON where Accept names it; without the token (row 2)', async () => {
    const app = await startLoginApp()

    const response = await app.postJson('/login/', right, { accept: 'application/json' })
    const text = await response.clone().text()

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toEqual({
      message: 'logged in',
      redirectTo: '/',
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    })
    expect(text).not.toContain(cookieOf(response).slice(3))
  })

  it('always answers JSON where `redirectTo` is null', async () => {
    const app = await startLoginApp({ login: { redirectTo: null } })

    const response = await app.postForm('/login/', right)

    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ message: 'logged in', redirectTo: null })
  })

  it('follows `redirectTo` to another origin, and lets the page post there', async () => {
    const app = await startLoginApp({ login: { redirectTo: 'https://other.example/home' } })

    const page = await app.fetch('/login/')
    const response = await app.postForm('/login/', right)

    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' https://other.example;")
    expect(response.headers.get('location')).toBe('https://other.example/home')
  })

  it.each([
    ['the query', '/login/?next=/a%3Fb=1', {}],
    ['the form', '/login/', { next: '/a?b=1' }],
  ])('follows `next` from %s', async (_from, path, field) => {
    const app = await startLoginApp()

    const response = await app.postForm(path, { ...right, ...field })

    expect(response.headers.get('location')).toBe('/a?b=1')
  })

  it('starts a session that the guards know', async () => {
    const app = await startLoginApp()

    const cookie = await app.login()

    expect(await (await app.me(cookie)).json()).toEqual({ username: 'ann' })
  })

  it('ends the session that came with the request, and never takes over its token (row 12)', async () => {
    const app = await startLoginApp()
    const planted = await app.login()

    const response = await app.postForm('/login/', right, { cookie: planted })

    expect(cookieOf(response)).not.toBe(planted)
    expect((await app.me(planted)).status).toBe(401)
    expect((await app.me(cookieOf(response))).status).toBe(200)
  })

  it('ends every session whose cookie came, whichever was planted (row 12)', async () => {
    const app = await startLoginApp()
    const before = await app.login()

    await app.postForm('/login/', { username: 'ann', password }, { cookie: `id=planted; ${before}` })

    expect((await app.me(before)).status).toBe(401)
  })

  it('ends the session of another user that came with the request (row 12)', async () => {
    const app = await startLoginApp()
    await app.auth.users.create({ username: 'bob', password })
    const cookieOfAnn = await app.login()

    await app.postForm('/login/', { username: 'bob', password }, { cookie: cookieOfAnn })

    expect((await app.me(cookieOfAnn)).status).toBe(401)
  })

  it('records the login', async () => {
    const app = await startLoginApp()

    await app.login()

    expect((await app.auth.users.findById(app.ann.id))?.lastLogin).toBeInstanceOf(Date)
    expect(app.events).toContainEqual(
      expect.objectContaining({ type: 'login', userId: app.ann.id, addressPrefix: '203.0.113.7' }),
    )
  })

  it('logs nobody in whose sessions were all ended while the password was checked (F11)', async () => {
    const app = await startLoginApp({
      login: {
        hooks: {
          loginSuccess: [
            async ({ user }) => {
              await app.auth.sessions.endAll(user?.id ?? '')
            },
          ],
        },
      },
    })

    const response = await app.postForm('/login/', right)

    expect(response.status).toBe(401)
    expect(response.headers.getSetCookie()).toEqual([])
  })
})

describe('sessionLogin after a wrong one', () => {
  it('shows a browser the page again: the name kept, the password not, the status true', async () => {
    const app = await startLoginApp()

    const response = await app.postForm('/login/', wrong)
    const page = await response.text()

    expect(response.status).toBe(401)
    expect(page).toContain('The username or password is incorrect.')
    expect(page).toContain('value="ann"')
    expect(page).not.toContain('not this one')
  })

  it('sets no cookie', async () => {
    const app = await startLoginApp()

    const response = await app.postForm('/login/', wrong)

    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('answers a program with problem+json', async () => {
    const app = await startLoginApp()

    const response = await app.postJson('/login/', wrong)

    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      code: 'ERR_LATCHKEY_LOGIN_FAILED',
      detail: 'The username or password is incorrect.',
    })
  })

  it('shows the page to a program that asks for it with format=html', async () => {
    const app = await startLoginApp()

    const response = await app.postForm('/login/', { ...wrong, format: 'html' }, {})

    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  it.each([
    ['both', {}, ['username', 'password']],
    ['the name', { password: 'x' }, ['username']],
    ['the password', { username: 'ann', password: '' }, ['password']],
    ['the name, but for spaces', { username: '  ', password: 'x' }, ['username']],
  ])('answers 422 where %s is missing, naming the field', async (_what, body, fields) => {
    const app = await startLoginApp()

    const response = await app.postJson('/login/', body)
    const { errors } = (await response.json()) as { errors: { field: string }[] }

    expect(response.status).toBe(422)
    expect(errors.map(({ field }) => field)).toEqual(fields)
  })

  it('puts the sentence at the field that is missing', async () => {
    const app = await startLoginApp()

    const response = await app.postForm('/login/', { username: 'ann', password: '' })

    expect(response.status).toBe(422)
    expect(await response.text()).toContain('Please enter your password.')
  })

  it.each([
    ['a password of 5,000 letters', { username: 'ann', password: 'x'.repeat(5_000) }],
    ['a name of 300 letters', { username: 'x'.repeat(300), password: 'x' }],
    ['a number as password', { username: 'ann', password: 1 }],
    ['a null', { username: null, password }],
    ['an array', { username: ['ann'], password }],
    ['an object', { username: {}, password }],
    ['a lone surrogate', { username: '\ud800', password }],
  ])('answers 400 to %s, naming the field and hashing nothing (rows 51, 58)', async (_what, body) => {
    const app = await startLoginApp()
    const { hashes } = app.auth.wiring.hashPool.stats()

    const response = await app.postJson('/login/', body)

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ field: expect.stringMatching(/^(username|password)$/) }] })
    expect(app.auth.wiring.hashPool.stats().hashes).toBe(hashes)
  })

  it('ignores fields that it doesn’t know (row 55)', async () => {
    const app = await startLoginApp()

    await app.postJson('/login/', { ...right, admin: true, superuser: true, id: 'x' })

    expect(await app.auth.users.findById(app.ann.id)).toMatchObject({ id: app.ann.id, admin: false, superuser: false })
  })
})

describe('hooks of sessionLogin', () => {
  it('tells them who, but never the password (row 93)', async () => {
    const seen: unknown[] = []
    const note = async (context: object): Promise<void> => {
      seen.push({
        ...context,
        request: await (context as { request: Request }).request.text().catch(() => 'unreadable'),
      })
    }
    const app = await startLoginApp({
      login: { hooks: { preLogin: [note], loginSuccess: [note], loginFailure: [note] } },
    })

    await app.postForm('/login/', wrong)
    await app.postForm('/login/', right)

    const user = expect.objectContaining({ id: app.ann.id })
    expect(seen).toEqual([
      { username: 'ann', request: 'unreadable' },
      { username: 'ann', request: 'unreadable', user, reason: 'wrong_password' },
      { username: 'ann', request: 'unreadable' },
      { username: 'ann', request: 'unreadable', user },
    ])
  })

  it.each([
    ['preLogin', right],
    ['loginSuccess', right],
    ['loginFailure', wrong],
  ])('shows the sentence of a %s hook as text, and logs nobody in (row 33)', async (name, fields) => {
    const app = await startLoginApp({ login: { hooks: { [name]: [() => '<b>Not today</b>'] } } })

    const response = await app.postForm('/login/', fields)

    expect(response.status).toBe(401)
    expect(await response.text()).toContain('&lt;b&gt;Not today&lt;/b&gt;')
    expect(response.headers.getSetCookie()).toEqual([])
    expect((await app.auth.users.findById(app.ann.id))?.lastLogin).toBeNull()
  })

  it.each(['preLogin', 'loginSuccess'])('reports a login that a %s hook stops (row 92)', async (name) => {
    const app = await startLoginApp({ login: { hooks: { [name]: [() => 'Not today.'] } } })
    await app.postForm('/login/', { username: 'ann', password })

    expect(app.events).toEqual([
      expect.objectContaining({
        type: 'refused',
        reason: 'ERR_LATCHKEY_REFUSED_BY_HOOK',
        requestId: expect.any(String),
        addressPrefix: '203.0.113.7',
      }),
    ])
  })

  it('runs them in turn, and stops at the first sentence', async () => {
    const order: string[] = []
    const app = await startLoginApp({
      login: {
        hooks: {
          preLogin: [
            async () => void order.push('first'),
            () => {
              order.push('second')
              return 'Stop.'
            },
            () => void order.push('third'),
          ],
        },
      },
    })

    await app.postForm('/login/', right)

    expect(order).toEqual(['first', 'second'])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('secret detail')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret detail'))],
    // What a careless hook throws need not be an Error.
    [
      'throws a string',
      () => {
        // oxlint-disable-next-line no-throw-literal
        throw 'secret detail'
      },
    ],
  ])('answers a fixed 500 where one %s, and logs nobody in (rows 95, 96)', async (_how, hook) => {
    const app = await startLoginApp({ login: { hooks: { loginSuccess: [hook] } } })

    const response = await app.postForm('/login/', right)
    const page = await response.text()

    expect(response.status).toBe(500)
    expect(page).not.toContain('secret detail')
    expect(response.headers.getSetCookie()).toEqual([])
    expect(page).toContain(app.events.find(({ type }) => type === 'error')?.requestId)
  })
})

describe('the throttle of sessionLogin', () => {
  const limits = { points: 2, duration: minutes(5) }

  it('limits each account alone where the host tells no address, and tells the app once (row 74)', async () => {
    const app = await startLoginApp({
      auth: { limits: { login: { failuresPerAccount: limits } } },
      address: '',
    })
    const names = Array.from({ length: 30 }, (_, index) => ({ username: `user-${index}`, password: 'x' }))
    const others = await Promise.all(names.map((fields) => app.postJson('/login/', fields)))
    await Promise.all([wrong, wrong].map((fields) => app.postJson('/login/', fields)))

    expect(others.every(({ status }) => status === 401)).toBe(true)
    expect((await app.postJson('/login/', right)).status).toBe(429)
    expect(app.events.filter(({ type }) => type === 'client_address_unknown')).toHaveLength(1)
  })

  it('answers 429 with Retry-After, for names that don’t exist alike (rows 64, 78)', async () => {
    const app = await startLoginApp({ auth: { limits: { login: { failuresPerAccount: limits } } } })
    const unknown = { username: 'nobody', password: 'x' }
    await Promise.all([wrong, wrong, unknown, unknown].map((fields) => app.postJson('/login/', fields)))

    const known = await app.postJson('/login/', right)
    const other = await app.postJson('/login/', unknown)

    expect(known.status).toBe(429)
    expect(Number(known.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await other.text()).toBe(await known.text())
  })

  it('counts a user’s name and address as one account (row 75)', async () => {
    const app = await startLoginApp({ auth: { limits: { login: { failuresPerAccount: limits } } } })
    await app.postJson('/login/', { username: 'ANN', password: 'x' })
    await app.postJson('/login/', { username: 'ann@example.org', password: 'x' })

    const response = await app.postJson('/login/', right)

    expect(response.status).toBe(429)
  })

  it('refuses an address before its body is read', async () => {
    const app = await startLoginApp({ auth: { limits: { login: { failuresPerAddress: limits } } } })
    await Promise.all([wrong, { username: 'bob', password: 'x' }].map((fields) => app.postJson('/login/', fields)))

    const response = await app.fetch('/login/', { method: 'POST', body: 'not even a form' })

    expect(response.status).toBe(429)
  })
})
