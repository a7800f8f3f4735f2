import { describe, expect, it } from 'vitest'
import { ConfigError, UnavailableError, hours } from '../../src/index.ts'
import { securityHeaders } from '../../src/http/responses.ts'
import { browser, createGuardWorld, guards } from './guard-app.ts'

const crossSite = { 'sec-fetch-site': 'cross-site' }

describe.each(guards)('%s lets through', (_name, guard) => {
  it('a user, whom the handler finds', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const response = await guard({ auth })('/private/', { headers: { cookie: await cookieOf('ann') } })

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ user: 'ann' })
  })

  it.each([
    ['an admin', { adminOnly: true }, 'admin'],
    ['a superuser', { superuserOnly: true }, 'root'],
    ['an inactive user where that is wanted', { activeOnly: false }, 'inactive'],
    ['an admin where nothing is asked for', {}, 'admin'],
    ['a user where nobody is needed', { allowUnauthenticated: true }, 'ann'],
  ] as const)('%s', async (_what, options, username) => {
    const { auth, cookieOf } = await createGuardWorld()
    const response = await guard({ auth, ...options })('/', { headers: { cookie: await cookieOf(username) } })

    expect(await response.json()).toEqual({ user: username })
  })

  it('nobody in particular where that is allowed', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const fetch = guard({ auth, allowUnauthenticated: true })
    const cookie = await cookieOf('inactive')

    expect(await (await fetch('/')).json()).toEqual({ user: null })
    expect(await (await fetch('/', { headers: { cookie } })).json()).toEqual({ user: null })
  })

  it.each([
    ['/login/', {}],
    ['/enter?next=/a', { loginUrl: '/enter' }],
    ['/enter', { loginUrl: 'https://app.example/enter#form' }],
  ])('whoever wants to log in, at %s, and nobody below it (C2)', async (path, options) => {
    const { auth, cookieOf } = await createGuardWorld({ origin: 'https://app.example' })
    const fetch = guard({ auth, ...options })
    const below = path.replace(/\/?(\?.*)?$/, '/below')
    const cookie = await cookieOf('ann')

    expect(await (await fetch(path, { headers: browser })).json()).toEqual({ user: null })
    expect(await (await fetch(path, { headers: { cookie } })).json()).toEqual({ user: 'ann' })
    expect((await fetch(path, { method: 'POST', headers: crossSite })).status).toBe(403)
    expect((await fetch(below)).status).toBe(401)
  })

  it.each([['https://other.example/login/'], ['/log*in/']])(
    'nobody at %s, where no login of the app is (C2)',
    async (loginUrl) => {
      const { auth } = await createGuardWorld({ origin: 'https://app.example' })
      const fetch = guard({ auth, loginUrl })

      expect((await fetch('/login/')).status).toBe(401)
      expect((await fetch('/log*in/')).status).toBe(401)
    },
  )

  it('a write of its own site', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const headers = { cookie: await cookieOf('ann'), 'sec-fetch-site': 'same-origin' }

    expect((await guard({ auth })('/', { method: 'POST', headers })).status).toBe(200)
  })

  it('an answer marked as private, and otherwise as the app made it (rows 43, 44, 45)', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const { headers } = await guard({ auth })('/', { headers: { cookie: await cookieOf('ann') } })

    expect([...headers.keys()].toSorted()).toEqual(['cache-control', 'content-type', 'vary'])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('vary')).toBe('Cookie')
  })

  it('a request on an excluded path, unmarked and without asking the database', async () => {
    const { auth, store, cookieOf } = await createGuardWorld()
    const fetch = guard({ auth, excludedPaths: ['/health', '/public/*'] })
    const cookie = await cookieOf('ann')
    const before = store.calls.length
    const response = await fetch('/public/a?b=c', { headers: { cookie } })

    expect(await response.json()).toEqual({ user: null })
    expect(response.headers.has('cache-control')).toBe(false)
    expect((await fetch('/health')).status).toBe(200)
    expect(store.calls.slice(before)).toEqual([])
  })

  it('no session cookie in its answer, though the session was extended (rows 17, 44)', async () => {
    const { auth, store, clock, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    clock.move(hours(1))
    const response = await guard({ auth })('/', { headers: { cookie } })

    expect(store.calls).toContain('sessions.extend')
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('one query per request (row 6)', async () => {
    const { auth, store, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    const before = store.calls.length
    await guard({ auth })('/', { headers: { cookie } })

    expect(store.calls.slice(before)).toEqual(['sessions.findWithUser'])
  })
})

describe.each(guards)('%s refuses', (_name, guard) => {
  it('a program without a session with 401 and a problem', async () => {
    const { auth } = await createGuardWorld()
    const response = await guard({ auth })('/private/')

    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(await response.json()).toMatchObject({ status: 401, code: 'ERR_LATCHKEY_NOT_LOGGED_IN' })
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('a browser without a session by sending it to the login, and back', async () => {
    const { auth } = await createGuardWorld()
    const response = await guard({ auth })('/private/?a=b&c=d', { headers: browser })

    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/login/?next=%2Fprivate%2F%3Fa%3Db%26c%3Dd')
    expect(response.body).toBeNull()
  })

  it('a browser’s write by sending it to the login, but not back: a write can’t be repeated', async () => {
    const { auth } = await createGuardWorld()
    const response = await guard({ auth })('/private/', { method: 'POST', headers: browser })

    expect(response.headers.get('location')).toBe('/login/')
  })

  it.each(['//evil.example/', '/\\evil.example/', '/%5cevil.example', '/%2f/evil.example', `/${'a'.repeat(3_000)}`])(
    'to lead back to $0 (row 31)',
    async (path) => {
      const { auth } = await createGuardWorld()
      const response = await guard({ auth })(path, { headers: browser })

      expect(response.headers.get('location')).toBe('/login/')
    },
  )

  it.each([
    ['no cookie', ''],
    ['an unknown token', `id=${'a'.repeat(43)}`],
    ['an empty cookie', 'id='],
    ['a cookie of another form', 'id=%00'],
    ['another cookie', `session=${'a'.repeat(43)}`],
  ])('%s (row 4)', async (_what, cookie) => {
    const { auth } = await createGuardWorld()
    const response = await guard({ auth })('/', { headers: { cookie } })

    expect(response.status).toBe(401)
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('two cookies that differ, and reports them (row 28)', async () => {
    const { auth, events, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    const fetch = guard({ auth })
    const planted = `id=${'x'.repeat(43)}`
    const responses = [
      await fetch('/', { headers: { cookie: `${cookie}; ${planted}` } }),
      await fetch('/', { headers: { cookie: `${planted}; ${cookie}` } }),
    ]

    expect(responses.map(({ status }) => status)).toEqual([401, 401])
    expect(events.map(({ type }) => type)).toEqual(['cookie_ambiguous', 'cookie_ambiguous'])
  })

  it('a session that ended, was outlived, or whose user was deactivated or deleted, at the next request (row 6)', async () => {
    const { auth, store, clock, cookieOf } = await createGuardWorld()
    const fetch = guard({ auth })
    const statusOf = async (cookie: string): Promise<number> => (await fetch('/', { headers: { cookie } })).status
    const [ended, allEnded, outlived] = [await cookieOf('ann'), await cookieOf('root'), await cookieOf('admin')]
    const live = await statusOf(ended)
    await auth.sessions.end(ended.slice('id='.length))
    await auth.sessions.endAll('id-of-root')
    clock.move(hours(25))
    const [deactivated, deleted] = [await cookieOf('ann'), await cookieOf('admin')]
    await store.users.update('id-of-ann', { active: false })
    await store.users.delete('id-of-admin')

    expect(live).toBe(200)
    expect(await statusOf(ended)).toBe(401)
    expect(await statusOf(allEnded)).toBe(401)
    expect(await statusOf(outlived)).toBe(401)
    expect(await statusOf(deactivated)).toBe(401)
    expect(await statusOf(deleted)).toBe(401)
  })

  it('a stored hash and a public id as a cookie (rows 2, 3, 7)', async () => {
    const { auth, store, cookieOf } = await createGuardWorld()
    await cookieOf('ann')
    const [session] = await store.sessions.listByUser('id-of-ann', new Date(0), null, 1)
    const fetch = guard({ auth })
    const withHash = await fetch('/', { headers: { cookie: `id=${session?.tokenHash}` } })
    const withId = await fetch('/', { headers: { cookie: `id=${session?.id}` } })

    expect([withHash.status, withId.status]).toEqual([401, 401])
  })

  it.each([
    ['an ordinary user among admins', { adminOnly: true }, 'ann'],
    ['a superuser among admins', { adminOnly: true }, 'root'],
    ['an admin among superusers', { superuserOnly: true }, 'admin'],
    ['an admin who must be both', { adminOnly: true, superuserOnly: true }, 'admin'],
  ] as const)('%s with 403', async (_what, options, username) => {
    const { auth, cookieOf } = await createGuardWorld()
    const response = await guard({ auth, ...options })('/', { headers: { cookie: await cookieOf(username) } })

    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'ERR_LATCHKEY_FORBIDDEN' })
  })

  it('a browser with 403 by a page', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const headers = { ...browser, cookie: await cookieOf('ann') }
    const response = await guard({ auth, adminOnly: true })('/', { headers })

    expect(response.status).toBe(403)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await response.text()).toContain('You may not see this page.')
  })

  it('in the app’s own words', async () => {
    const texts = { forbidden: 'Nur für <Admins>.' }
    const { auth, cookieOf } = await createGuardWorld({ texts })
    const headers = { ...browser, cookie: await cookieOf('ann') }

    expect(await (await guard({ auth, adminOnly: true })('/', { headers })).text()).toContain('Nur für &lt;Admins&gt;.')
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'a %s from another site, with or without a session (rows 37, 38)',
    async (method) => {
      const { auth, store, cookieOf } = await createGuardWorld()
      const cookie = await cookieOf('ann')
      const before = store.calls.length
      const fetch = guard({ auth, allowUnauthenticated: true })
      const responses = [
        await fetch('/', { method, headers: { ...crossSite, cookie } }),
        await fetch('/', { method, headers: crossSite }),
        await fetch('/', { method, headers: { 'sec-fetch-site': 'same-site', cookie } }),
        await fetch('/', { method, headers: { origin: 'https://evil.example', cookie } }),
      ]

      expect(responses.map(({ status }) => status)).toEqual([403, 403, 403, 403])
      expect(store.calls.slice(before)).toEqual([])
    },
  )

  it('with every security header, whatever the refusal (rows 43, 44, 45)', async () => {
    const { auth, store, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    const fetch = guard({ auth, adminOnly: true })
    const refusals = [
      await fetch('/'),
      await fetch('/', { headers: browser }),
      await fetch('/', { headers: { cookie } }),
      await fetch('/', { headers: { ...browser, cookie } }),
      await fetch('/', { method: 'POST', headers: crossSite }),
    ]
    store.failWith('sessions.findWithUser', new UnavailableError())
    refusals.push(await fetch('/', { headers: { cookie } }), await fetch('/', { headers: { ...browser, cookie } }))
    const missing = refusals.map(({ headers }) => Object.keys(securityHeaders).filter((name) => !headers.has(name)))

    expect(refusals.map(({ status }) => status)).toEqual([401, 303, 403, 403, 403, 503, 503])
    expect(missing).toEqual([[], [], [], [], [], [], []])
    expect(refusals.every(({ headers }) => headers.get('cache-control') === 'no-store')).toBe(true)
    expect(refusals.some(({ headers }) => headers.has('strict-transport-security'))).toBe(false)
  })

  it('with HSTS over https', async () => {
    const { auth } = await createGuardWorld({ origin: 'https://app.example' })

    expect((await guard({ auth })('/')).headers.get('strict-transport-security')).toBe('max-age=31536000')
  })

  it('and reports it and whose it was, but for who is not logged in (row 92)', async () => {
    const { auth, events, cookieOf } = await createGuardWorld()
    const fetch = guard({ auth, adminOnly: true })
    await fetch('/')
    await fetch('/', { headers: { cookie: await cookieOf('ann') } })
    await fetch('/', { method: 'POST', headers: crossSite })

    expect(events.map(({ type, reason, addressPrefix }) => [type, reason, addressPrefix])).toEqual([
      ['refused', 'ERR_LATCHKEY_FORBIDDEN', '127.0.0.1'],
      ['refused', 'ERR_LATCHKEY_CROSS_SITE', '127.0.0.1'],
    ])
  })
})

describe.each(guards)('%s, when the database fails,', (_name, guard) => {
  it.each([
    ['a program', {}, 'application/problem+json; charset=utf-8'],
    ['a browser', browser, 'text/html; charset=utf-8'],
  ])('answers %s with 503, and clears no cookie (row 96)', async (_what, headers, type) => {
    const { auth, store, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    store.failWith('sessions.findWithUser', new UnavailableError({ cause: new Error('postgres://ann:secret@db') }))
    const response = await guard({ auth })('/', { headers: { ...headers, cookie } })

    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await response.text()).not.toContain('secret')
  })

  it('lets nobody through as nobody, either (row 96)', async () => {
    const { auth, store, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    store.failWith('sessions.findWithUser', new UnavailableError())

    expect((await guard({ auth, allowUnauthenticated: true })('/', { headers: { cookie } })).status).toBe(503)
  })

  it('still answers who sends no cookie, and on excluded paths (F3)', async () => {
    const { auth, store } = await createGuardWorld()
    store.failWith('sessions.findWithUser', new UnavailableError())
    const fetch = guard({ auth, excludedPaths: ['/health'] })

    expect((await fetch('/')).status).toBe(401)
    expect((await fetch('/health')).status).toBe(200)
  })

  it('works again by itself, with the old cookie (F3)', async () => {
    const { auth, store, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    const fetch = guard({ auth })
    store.failWith('sessions.findWithUser', new UnavailableError())
    await fetch('/', { headers: { cookie } })
    store.failWith('sessions.findWithUser', null)

    expect((await fetch('/', { headers: { cookie } })).status).toBe(200)
  })

  it('answers 503 to an error that nobody expects, and tells of it (row 96)', async () => {
    const { auth, store, cookieOf, events } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    const bug = new TypeError('A bug.')
    store.failWith('sessions.findWithUser', bug)
    const response = await guard({ auth })('/', { headers: { cookie } })

    expect(response.status).toBe(503)
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(await response.text()).not.toContain('A bug.')
    expect(events.find(({ type }) => type === 'error')).toMatchObject({ error: bug })
  })

  it.each([['text'], [null], [{ status: 200 }]])(
    'answers 503 to %j, which is no error at all (row 96)',
    async (thrown) => {
      const { auth, cookieOf } = await createGuardWorld()
      const cookie = await cookieOf('ann')
      // oxlint-disable-next-line typescript/only-throw-error -- what code of others may throw
      const broken = { ...auth, sessions: { ...auth.sessions, find: () => Promise.reject(thrown) } }

      expect((await guard({ auth: broken })('/', { headers: { cookie } })).status).toBe(503)
    },
  )
})

describe.each(guards)('%s on other spellings of a path', (_name, guard) => {
  it.each([
    '/private',
    '/private/',
    '//private',
    '///private',
    '/PRIVATE',
    '/%70rivate',
    '/private;x',
    '/private%2f',
    '/private%00',
    '/./private',
    '/../private',
    '/%2e/private',
    '/a/../private',
    '/public/../private',
    '/public/%2e%2e/private',
    '/public/%2E%2e/private',
    '/public/..%2fprivate',
    '/public/..%2Fprivate',
    '/public/..%5cprivate',
    '/public/..\\private',
    '/public\\..\\private',
    '/public/%252e%252e/private',
    '/public/..;/private',
    '/public;/private',
    '/public%2f..%2fprivate',
    '/public//private',
    '//public/private',
    '//x/public/private',
    '/\\x/public/private',
    '//x/health',
    '/health/',
    '/health/private',
    '/health;/private',
    '/health%3f',
    '/public-private',
    '/publicprivate',
    '/PUBLIC/private',
    '/private?/public/a',
    '/private#/public/a',
    '/@public/a',
  ])('guards %s, whatever is excluded (row 53)', async (path) => {
    const { auth } = await createGuardWorld()
    const fetch = guard({ auth, excludedPaths: ['/health', '/public/*'] })

    expect((await fetch(path)).status).toBe(401)
  })

  it.each([
    ['x-original-url', '/public/a'],
    ['x-rewrite-url', '/public/a'],
    ['x-forwarded-uri', '/public/a'],
    ['x-forwarded-prefix', '/public'],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-user', 'admin'],
    ['x-forwarded-email', 'admin@example.org'],
    ['x-auth-request-user', 'admin'],
    ['x-remote-user', 'admin'],
    ['x-user', 'admin'],
    ['x-user-id', 'id-of-admin'],
    ['x-middleware-subrequest', 'middleware'],
    ['x-http-method-override', 'GET'],
    ['x-latchkey-user', 'admin'],
    ['authorization', 'Bearer admin'],
    ['authorization', 'Bearer'],
    ['authorization', 'Basic %%%'],
    ['referer', 'http://['],
    ['user-agent', 'kube-probe/1.0'],
  ])('is moved by no header: %s: %s (rows 32, 54)', async (name, value) => {
    const { auth, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    const fetch = guard({ auth, adminOnly: true, excludedPaths: ['/public/*'] })

    expect((await fetch('/private', { headers: { [name]: value } })).status).toBe(401)
    expect((await fetch('/private', { headers: { [name]: value, cookie } })).status).toBe(403)
  })
})

describe.each(guards)('%s, asked by a script for a part of a page,', (_name, guard) => {
  it.each([
    [
      'htmx',
      { 'hx-request': 'true', 'hx-current-url': 'http://localhost/list?page=2' },
      '/login/?next=%2Flist%3Fpage%3D2',
    ],
    ['htmx, boosted', { 'hx-request': 'true', 'hx-boosted': 'true' }, '/login/'],
    [
      'htmx on what is no page',
      { 'hx-request': 'true', 'hx-current-url': 'http://localhost//evil.example' },
      '/login/',
    ],
    ['XMLHttpRequest', { 'x-requested-with': 'XMLHttpRequest' }, '/login/'],
  ])('refuses %s by a status, and sends no login page into it (D3)', async (_what, headers, login) => {
    const { auth } = await createGuardWorld()
    const response = await guard({ auth })('/rows', { headers: { ...browser, ...headers } })

    expect(response.status).toBe(401)
    expect(response.headers.get('location')).toBeNull()
    expect(response.headers.get('hx-redirect')).toBe(login)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  })
})

describe.each(guards)('loginUrl of %s', (_name, guard) => {
  it.each([
    ['/login/', '/login/?next=%2Fa'],
    ['/login?lang=de', '/login?lang=de&next=%2Fa'],
    ['/login#form', '/login?next=%2Fa#form'],
    ['/login?lang=de#form', '/login?lang=de&next=%2Fa#form'],
    ['https://id.example/login', 'https://id.example/login?next=%2Fa'],
    ['/ünï/', '/%C3%BCn%C3%AF/?next=%2Fa'],
  ])('%s leads to %s', async (loginUrl, location) => {
    const { auth } = await createGuardWorld()
    const response = await guard({ auth, loginUrl })('/a', { headers: browser })

    expect(response.headers.get('location')).toBe(location)
  })

  it('is the login link of createAuth by default', async () => {
    const { auth } = await createGuardWorld({ links: { login: '/sign-in' } })
    const response = await guard({ auth })('/a', { headers: browser })

    expect(response.headers.get('location')).toBe('/sign-in?next=%2Fa')
  })

  it('carries a path of other scripts as printable ASCII (row 35)', async () => {
    const { auth } = await createGuardWorld()
    const response = await guard({ auth })('/ünï?ä=%0d%0a', { headers: browser })

    expect(response.headers.get('location')).toMatch(/^[!-~]+$/)
    expect(decodeURIComponent(response.headers.get('location') ?? '')).toBe('/login/?next=/%C3%BCn%C3%AF?%C3%A4=%0d%0a')
  })

  it.each(['', 'login', '//evil.example', 'javascript:alert(1)'])('refuses %j with a ConfigError', async (loginUrl) => {
    const { auth } = await createGuardWorld()

    expect(() => guard({ auth, loginUrl })).toThrow(ConfigError)
    expect(() => guard({ auth, loginUrl })).toThrow(/^loginUrl must be a path/)
  })
})
