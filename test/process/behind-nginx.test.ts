import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { securityHeaders } from '../../src/http/responses.ts'
import { isNginxMissing } from './nginx.ts'
import { type Answer, type Place, type ProxiedApp, browser, documentedServer, startProxiedApp } from './proxied-app.ts'
import { spelled } from './spellings.ts'

const sessionCookie = /^__Host-id=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax; Secure$/
const none = { points: 0, duration: 300 }
const wholeHost = (place: Place): string => documentedServer(0, place)

/** What clients and careless proxies send, and what must not be believed. */
const claims: readonly Record<string, string>[] = [
  { 'x-forwarded-proto': 'http' },
  { 'x-forwarded-ssl': 'off', 'front-end-https': 'off', 'x-url-scheme': 'http' },
  { 'x-forwarded-host': 'evil.example', 'x-host': 'evil.example', 'x-forwarded-server': 'evil.example' },
  { host: 'evil.example' },
  { forwarded: 'for=10.0.0.1;host=evil.example;proto=http' },
  { 'x-forwarded-prefix': '//evil.example', 'x-script-name': '/evil' },
  { 'x-original-url': '/public/a', 'x-rewrite-url': '/public/a' },
  { 'x-http-method-override': 'GET', 'x-method-override': 'GET' },
  { 'x-forwarded-user': 'ann', 'x-remote-user': 'ann', 'remote-user': 'ann', 'x-user': 'ann' },
  { 'x-middleware-subrequest': 'middleware', 'x-forwarded-for': '127.0.0.1, 127.0.0.1' },
]

describe.skipIf(isNginxMissing('behind nginx'))('behind nginx', () => {
  let app: ProxiedApp
  beforeAll(async () => {
    app = await startProxiedApp(wholeHost, { limits: null })
  })
  afterAll(() => app?.close())

  it('shows the login page with its security headers (row 45)', async () => {
    const { status, headers, body } = await app.send('/login/', { headers: browser })

    expect(status).toBe(200)
    expect(body).toContain('<form method="post">')
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect(Object.keys(securityHeaders).filter((name) => !headers.has(name))).toEqual([])
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  it('logs a browser in that it knows nothing of but the origin', async () => {
    const { status, headers } = await app.logIn()

    expect(status).toBe(303)
    expect(headers.get('location')).toBe('/')
    expect(headers.getSetCookie()).toContainEqual(expect.stringMatching(sessionCookie))
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('logs in and out again', async () => {
    const cookie = cookieOf(await app.logIn())
    const visit = await app.send('/private/', { headers: { cookie } })
    await app.send('/logout/', { method: 'POST', headers: { cookie, origin: 'https://app.example' } })

    expect(visit.body).toBe('secret of ann')
    expect((await app.send('/private/', { headers: { cookie } })).status).toBe(401)
  })

  it.each(claims)('logs in as ever when a client claims %j (rows 26, 54)', async (headers) => {
    const answer = await app.logIn({ headers })

    expect(answer.headers.getSetCookie()).toContainEqual(expect.stringMatching(sessionCookie))
    expect(answer.headers.get('location')).toBe('/')
  })

  it.each(claims)('shows nothing to a stranger who claims %j (row 54)', async (headers) => {
    const { status, headers: received } = await app.send('/private/', { headers: { ...browser, ...headers } })

    expect(status).toBe(303)
    expect(received.get('location')).toBe('/login/?next=%2Fprivate%2F')
  })

  it.each(claims)('refuses a form of another site when it claims %j (row 54)', async (headers) => {
    const origin = 'https://evil.example'
    const answer = await app.logIn({ headers: { origin, 'sec-fetch-site': 'cross-site', ...headers } })

    expect(answer.status).toBe(403)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it.each([...spelled('private'), ...spelled('all')])('shows nothing at %s (row 53)', async (target) => {
    const { status, body } = await app.send(target)

    expect(body).not.toContain('secret')
    expect([301, 400, 401, 403, 404]).toContain(status)
  })
})

/** https in front of http in front of the app. The outer nginx calls the inner one from 127.0.0.200. */
function twoProxies(place: Place, inner: number): string {
  const outer = documentedServer(0, { ...place, app: inner }).replace('location / {', '$& proxy_bind 127.0.0.200;')
  return `${outer}
    server {
      listen 127.0.0.1:${inner};
      location / {
        proxy_pass http://127.0.0.1:${place.app};
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      }
    }`
}

/** What a browser would send back. */
function cookieOf({ headers }: Answer): string {
  return (
    headers
      .getSetCookie()
      .find((cookie) => sessionCookie.test(cookie))
      ?.split(';')[0] ?? ''
  )
}

/** Keeps every answer that doesn't say otherwise, whatever its status and for whomever. */
function withCache(place: Place): string {
  const cache = 'proxy_cache pages; proxy_cache_valid any 1m; add_header X-Cache $upstream_cache_status always;'
  return `proxy_cache_path ${dirname(place.certificate)}/cache keys_zone=pages:1m;
    ${documentedServer(0, place).replace('location / {', (found) => `${found} ${cache}`)}`
}

async function start(...args: Parameters<typeof startProxiedApp>): Promise<ProxiedApp> {
  const app = await startProxiedApp(...args)
  onTestFinished(() => app.close())
  return app
}

/** As many failures as one address may have, each of which claims to come from elsewhere. */
async function failThreeTimes(app: ProxiedApp): Promise<void> {
  for (const claimed of ['203.0.113.1', '203.0.113.2, 127.0.0.1', '"[2001:db8::1]:1", unknown']) {
    await app.logIn({ password: 'wrong', headers: { 'x-forwarded-for': claimed, 'x-real-ip': claimed } })
  }
}

describe.skipIf(isNginxMissing("a client's address behind nginx"))("a client's address behind nginx", () => {
  it('is counted, whatever the client claims (row 73)', async () => {
    const app = await start(wholeHost)
    await failThreeTimes(app)

    expect((await app.logIn({ headers: { 'x-forwarded-for': '203.0.113.4' } })).status).toBe(429)
    expect((await app.logIn({ from: '127.0.0.3' })).status).toBe(303)
    expect(app.events.map(({ addressPrefix }) => addressPrefix)).toContain('127.0.0.2')
  })

  it('is counted behind two proxies (row 73)', async () => {
    const trustedProxies = ['127.0.0.1', '127.0.0.128/25']
    const app = await start(twoProxies, { trustedProxies })
    await failThreeTimes(app)

    expect((await app.logIn({ headers: { 'x-forwarded-for': '203.0.113.4' } })).status).toBe(429)
    expect((await app.logIn({ from: '127.0.0.3' })).status).toBe(303)
  })

  it("is the outer proxy's where that isn't trusted (row 73)", async () => {
    const app = await start(twoProxies)
    await failThreeTimes(app)

    expect((await app.logIn({ from: '127.0.0.3' })).status).toBe(429)
    expect(new Set(app.events.map(({ addressPrefix }) => addressPrefix))).toContain('127.0.0.200')
  })

  it("is the proxy's where none is trusted", async () => {
    const app = await start(wholeHost, { trustedProxies: [] })
    await failThreeTimes(app)

    expect((await app.logIn({ from: '127.0.0.3' })).status).toBe(429)
  })
})

describe.skipIf(isNginxMissing('a cache in nginx'))('a cache in nginx', () => {
  let app: ProxiedApp
  beforeAll(async () => {
    app = await startProxiedApp(withCache)
  })
  afterAll(() => app?.close())

  it('keeps what says nothing of caching', async () => {
    await app.send('/public/a')

    expect((await app.send('/public/a')).headers.get('x-cache')).toBe('HIT')
  })

  it.each(['/private/', '/all/', '/login/', '/logout/'])(
    'keeps nothing that a user saw at %s (row 44)',
    async (target) => {
      const cookie = cookieOf(await app.logIn())
      const seen = await app.send(target, { headers: { cookie } })
      const stranger = await app.send(target)

      expect(seen.status).toBe(200)
      expect(stranger.headers.get('x-cache')).toBe('MISS')
      expect(stranger.body).not.toBe(seen.body)
    },
  )
})

describe.skipIf(isNginxMissing('spellings behind nginx'))('spellings behind nginx', () => {
  let app: ProxiedApp
  beforeAll(async () => {
    app = await startProxiedApp(wholeHost, { limits: { login: { failuresPerAddress: none } } })
  })
  afterAll(() => app?.close())

  // At once, since each refusal is held back for a second.
  it.concurrent.each(spelled('login'))('logs nobody in uncounted at %s (row 53)', async (target) => {
    const { status, headers } = await app.logIn({ target })

    expect(headers.getSetCookie()).toEqual([])
    expect([303, 400, 403, 404, 429]).toContain(status)
  })

  it('counts at its own address', async () => {
    expect((await app.logIn()).status).toBe(429)
  })
})

describe.skipIf(isNginxMissing('below a path behind nginx'))('below a path behind nginx', () => {
  it('logs in, and leads back to where the visitor wanted to go', async () => {
    const app = await start((place) => documentedServer(1, place), { links: { login: '/auth/login/' } })
    const visit = await app.send('/auth/private/?a=1', { headers: browser })
    const target = visit.headers.get('location') ?? ''
    const login = await app.logIn({ target })

    expect(target).toBe('/auth/login/?next=%2Fauth%2Fprivate%2F%3Fa%3D1')
    expect(login.headers.getSetCookie()).toContainEqual(expect.stringMatching(sessionCookie))
    expect(login.headers.get('location')).toBe('/auth/private/?a=1')
  })

  it('shows pages and takes forms where nginx cuts the path off', async () => {
    const app = await start((place) => documentedServer(1, place).replace(/(proxy_pass .+);/, '$1/;'))
    const page = await app.send('/auth/login/', { headers: browser })
    const login = await app.logIn({ target: '/auth/login/' })

    expect(page.body).toContain('<form method="post">')
    expect(login.headers.getSetCookie()).toContainEqual(expect.stringMatching(sessionCookie))
  })
})
