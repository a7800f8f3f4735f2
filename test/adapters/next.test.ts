import { describe, expect, it } from 'vitest'
import { createGetUser, sessionProxy, toRouteHandlers } from '../../src/adapters/next.ts'
import { ConfigError, UnavailableError } from '../../src/index.ts'
import { requestedPath, socketAddress } from '../../src/http/host-context.ts'
import { browser, createGuardWorld } from '../guards/guard-app.ts'

const next = () => new Response(null, { headers: { 'x-middleware-next': '1' } })

describe('toRouteHandlers', () => {
  const tellContext = (_request: Request, context: unknown) =>
    Response.json({ address: socketAddress(context), path: requestedPath(context) })

  it.each([
    ['no header, behind a proxy', true, {}, null],
    ['one address, behind a proxy', true, { 'x-forwarded-for': '203.0.113.7' }, '203.0.113.7'],
    ['several, behind a proxy', true, { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' }, '203.0.113.7'],
    ['one with a port, behind a proxy', true, { 'x-forwarded-for': '203.0.113.7:4711' }, '203.0.113.7'],
    [
      'one in brackets, behind a proxy',
      true,
      { 'x-forwarded-for': '[2001:db8::1]:443' },
      '2001:0db8:0000:0000:0000:0000:0000:0001',
    ],
    ['what is none, behind a proxy', true, { 'x-forwarded-for': 'unknown' }, null],
    ['one address, with nobody to vouch for it (row 73)', false, { 'x-forwarded-for': '203.0.113.7' }, null],
  ])('tells the address of %s', async (_name, behindProxy, headers, address) => {
    const { POST } = toRouteHandlers(tellContext, { behindProxy })
    const response = await POST(new Request('http://app.example/login/?next=/a', { method: 'POST', headers }))

    expect(await response.json()).toEqual({ address, path: '/login/?next=/a' })
  })

  it('answers every method by the handler, which says itself what there is', async () => {
    const handlers = toRouteHandlers((request) => new Response(request.method))

    expect(Object.keys(handlers)).toEqual(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    expect(await (await handlers.PUT(new Request('http://app.example/', { method: 'PUT' }))).text()).toBe('PUT')
  })
})

describe('sessionProxy', () => {
  it('lets a user through, to an answer that no cache keeps', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const request = new Request('http://app.example/private/', { headers: { cookie: await cookieOf('ann') } })
    const response = await sessionProxy({ auth, next })(request)

    expect(response.headers.get('x-middleware-next')).toBe('1')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('sends a browser to the login by a whole URL, since Next takes no other', async () => {
    const { auth } = await createGuardWorld()
    const response = await sessionProxy({ auth, next })(new Request('http://app.example/a/?b=c', { headers: browser }))

    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('http://app.example/login/?next=%2Fa%2F%3Fb%3Dc')
  })

  it('refuses a write of another site (row 37)', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const headers = { cookie: await cookieOf('ann'), 'sec-fetch-site': 'cross-site' }
    const response = await sessionProxy({ auth, next })(new Request('http://app.example/', { method: 'POST', headers }))

    expect(response.status).toBe(403)
  })

  it('refuses a wrong option when it is made', async () => {
    const { auth } = await createGuardWorld()

    expect(() => sessionProxy({ auth, next, loginUrl: '//evil.example' })).toThrow(ConfigError)
  })
})

describe('createGetUser', () => {
  it('finds who is asking by the headers of the request', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    const getUser = createGetUser({ auth, headers: async () => new Headers({ cookie }) })

    expect((await getUser())?.username).toBe('ann')
  })

  it('finds nobody without a session, and no inactive user', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('inactive')

    expect(await createGetUser({ auth, headers: () => new Headers() })()).toBeNull()
    expect(await createGetUser({ auth, headers: () => new Headers({ cookie }) })()).toBeNull()
  })

  it.each([
    [
      'a script on a sibling (B1)',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', origin: 'https://a.app.example' },
    ],
    ['a picture on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    [
      'a form on another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', origin: 'https://evil.example' },
    ],
    ['another host, where no origin is set', { origin: 'http://evil.example', host: 'app.example' }],
  ])('gives nobody to %s, asks the database for nothing, and tells of it', async (_what, headers) => {
    const { auth, store, events, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    const before = store.calls.length
    const getUser = createGetUser({ auth, headers: () => new Headers({ ...headers, cookie }) })

    expect(await getUser()).toBeNull()
    expect(store.calls.slice(before)).toEqual([])
    expect(events).toMatchObject([{ type: 'refused', reason: 'ERR_LATCHKEY_CROSS_SITE' }])
  })

  it('finds the user who followed a link on another site, and of a form of the app’s own host', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    const link = new Headers({ cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })
    const form = new Headers({ cookie, origin: 'http://app.example', host: 'app.example' })

    expect((await createGetUser({ auth, headers: () => link })())?.username).toBe('ann')
    expect((await createGetUser({ auth, headers: () => form })())?.username).toBe('ann')
  })

  it('takes nobody for nobody while the database fails (row 96)', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    const sessions = { ...auth.sessions, find: () => Promise.reject(new UnavailableError()) }
    const getUser = createGetUser({ auth: { ...auth, sessions }, headers: () => new Headers({ cookie }) })

    await expect(getUser()).rejects.toThrow(UnavailableError)
  })
})
