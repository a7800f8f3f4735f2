import { Hono } from 'hono'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { sessionAuth } from '../../src/adapters/hono.ts'
import { type User, hostContext } from '../../src/index.ts'
import { browser, createGuardWorld } from '../guards/guard-app.ts'

describe('sessionAuth', () => {
  it('gives handlers a user where nobody else gets through, and perhaps none elsewhere', async () => {
    const { auth } = await createGuardWorld()
    const app = new Hono()
    app.get('/a', sessionAuth({ auth }), (c) => {
      expectTypeOf(c.var.user).toEqualTypeOf<User>()
      return c.text('')
    })
    app.get('/b', sessionAuth({ auth, allowUnauthenticated: true }), (c) => {
      expectTypeOf(c.var.user).toEqualTypeOf<User | null>()
      return c.text('')
    })
    app.get('/c', sessionAuth({ auth, excludedPaths: ['/c'] }), (c) => {
      expectTypeOf(c.var.user).toEqualTypeOf<User | null>()
      return c.text('')
    })

    expect((await app.request('/a')).status).toBe(401)
    expect((await app.request('/b')).status).toBe(200)
    expect((await app.request('/c')).status).toBe(200)
  })

  it('goes by the path that the client asked for, not by what a mount left of it', async () => {
    const { auth } = await createGuardWorld()
    const excludedPaths = ['/health', '/admin/open']
    const inner = new Hono().use(sessionAuth({ auth, excludedPaths })).get('*', (c) => c.text(''))
    const app = new Hono().mount('/admin', inner.fetch)
    const statusAt = async (path: string): Promise<number> => {
      const request = new Request(`http://app.example${path}`)
      return (await app.fetch(request, hostContext(request, '192.0.2.1'))).status
    }

    expect([await statusAt('/admin/open?a=b'), await statusAt('/admin/health')]).toEqual([200, 401])
  })

  it('adds to a Vary that the app sent with headers that can’t be changed (row 43)', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const app = new Hono().use(sessionAuth({ auth })).get('/', () => immutable({ vary: 'Accept-Encoding' }))
    const { headers } = await app.request('/', { headers: { cookie: await cookieOf('ann') } })

    expect(headers.get('vary')).toBe('Accept-Encoding, Cookie')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('keeps every cookie and header that the app sets', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const app = new Hono().use(sessionAuth({ auth })).get('/', (c) => {
      c.header('set-cookie', 'a=1', { append: true })
      c.header('set-cookie', 'b=2', { append: true })
      c.header('cache-control', 'private')
      return c.json({})
    })
    const { headers } = await app.request('/', { headers: { cookie: await cookieOf('ann') } })

    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(headers.get('cache-control')).toBe('private')
    expect(headers.get('content-type')).toBe('application/json')
  })

  it('refuses with its own headers, whatever a middleware in front has put on the answer (rows 44, 45)', async () => {
    const { auth } = await createGuardWorld()
    const app = new Hono()
      .use((c, next) => {
        c.res.headers.set('cache-control', 'public, max-age=60')
        c.res.headers.set('x-frame-options', 'SAMEORIGIN')
        c.res.headers.set('access-control-allow-origin', 'https://app.example')
        return next()
      })
      .use(sessionAuth({ auth }))
    const { status, headers } = await app.request('/')

    expect(status).toBe(401)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example')
  })

  it('marks errors and missing pages behind it, too (row 44)', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const app = new Hono()
      .use(sessionAuth({ auth }))
      .get('/broken', () => {
        throw new Error('The app’s own.')
      })
      .onError((_error, c) => c.text('Sorry', 500))
    const headers = { cookie: await cookieOf('ann') }
    const broken = await app.request('/broken', { headers })
    const missing = await app.request('/missing', { headers })

    expect([broken.status, missing.status]).toEqual([500, 404])
    expect([broken, missing].map((response) => response.headers.get('cache-control'))).toEqual(['no-store', 'no-store'])
  })

  it('guards what is mounted below it', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const app = new Hono().use('/api/*', sessionAuth({ auth })).mount('/api', () => new Response('secret'))
    const headers = { cookie: await cookieOf('ann') }

    expect(await (await app.request('/api/x', { headers })).text()).toBe('secret')
    expect((await app.request('/api/x')).status).toBe(401)
    expect((await app.request('/api')).status).toBe(401)
    expect((await app.request('/api/')).status).toBe(401)
  })

  it('goes by the whole path in a part of an app', async () => {
    const { auth } = await createGuardWorld()
    const part = new Hono().use(sessionAuth({ auth, excludedPaths: ['/part/health'] })).get('*', (c) => c.text('ok'))
    const app = new Hono().route('/part', part)

    expect((await app.request('/part/health')).status).toBe(200)
    expect((await app.request('/part/other')).status).toBe(401)
  })

  it('leads back to the whole path from an app that another has mounted', async () => {
    const { auth } = await createGuardWorld()
    const mounted = new Hono().use(sessionAuth({ auth })).get('*', (c) => c.text('ok'))
    const app = new Hono().mount('/shop', mounted.fetch)
    const incoming = { url: '/shop/cart?a=b' }
    const { headers } = await app.request('/shop/cart?a=b', { headers: browser }, { incoming })

    expect(headers.get('location')).toBe('/login/?next=%2Fshop%2Fcart%3Fa%3Db')
  })
})

/** As `fetch` gives it. */
function immutable(headers: Record<string, string>): Response {
  const response = new Response('', { headers })
  const locked = new Headers(headers)
  locked.set = locked.append = refuseChange
  return Object.defineProperty(response, 'headers', { value: locked })
}

function refuseChange(): never {
  throw new TypeError('immutable')
}
