import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.ts'
import { createPausedStore } from '../../src/testing/paused-store.ts'
import { browserHeaders, startLoginApp } from './login-app.ts'

const dead = `id=${'a'.repeat(43)}`

describe('sessionLogout on GET', () => {
  it('asks, and changes nothing (row 18)', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()

    const response = await app.fetch('/logout/', { headers: { cookie, ...browserHeaders } })

    expect(await response.text()).toContain('Do you want to log out?')
    expect(response.headers.getSetCookie()).toEqual([])
    expect((await app.me(cookie)).status).toBe(200)
  })

  it('asks without a session too (row 18)', async () => {
    const app = await startLoginApp()

    const response = await app.fetch('/logout/')

    expect(response.status).toBe(200)
    expect(await response.text()).toContain('<form method="post">')
  })
})

describe('sessionLogout on POST', () => {
  it('ends the session, and clears the cookie under the same attributes (rows 15, 18)', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()

    const response = await app.postForm('/logout/', {}, { ...browserHeaders, cookie })

    expect(response.status).toBe(200)
    expect(await response.text()).toContain('Successfully logged out')
    expect(response.headers.getSetCookie()).toEqual(['id=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'])
    expect((await app.me(cookie)).status).toBe(401)
  })

  it('ends every session whose cookie came, whichever was planted (rows 15, 18)', async () => {
    const app = await startLoginApp()
    const cookies = [await app.login(), await app.login()]
    const planted = ['id=x', `id=${'a'.repeat(43)}`]

    const response = await app.postForm('/logout/', {}, { cookie: [...planted, ...cookies].join('; ') })

    expect(response.status).toBe(200)
    expect(await Promise.all(cookies.map(async (cookie) => (await app.me(cookie)).status))).toEqual([401, 401])
  })

  it('clears a __Host- cookie over https (rows 18, 25)', async () => {
    const app = await startLoginApp({ auth: { origin: 'https://app.example' } })
    const cookie = await app.login()

    const response = await app.postForm('/logout/', {}, { cookie })

    expect(response.headers.getSetCookie()).toEqual(['__Host-id=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure'])
  })

  it('has browsers forget what they keep of the app, over https alone (row 48)', async () => {
    const secure = await startLoginApp({ auth: { origin: 'https://app.example' } })
    const plain = await startLoginApp()
    const page = await secure.fetch('/logout/', { headers: browserHeaders })
    const overHttps = await secure.postForm('/logout/', {}, { ...browserHeaders, cookie: await secure.login() })
    const overHttp = await plain.postForm('/logout/', {}, { ...browserHeaders, cookie: await plain.login() })

    expect(overHttps.headers.get('clear-site-data')).toBe('"cache"')
    expect(page.headers.has('clear-site-data')).toBe(false)
    expect(overHttp.headers.has('clear-site-data')).toBe(false)
  })

  it('answers a program with JSON', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()

    const response = await app.postJson('/logout/', {}, { cookie })

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ message: 'Successfully logged out', redirectTo: null })
  })

  it('takes a POST without a body or a type', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()

    const response = await app.fetch('/logout/', { method: 'POST', headers: { cookie } })

    expect(response.status).toBe(200)
  })

  it.each([
    ['that never comes', new ReadableStream<Uint8Array>()],
    ['that is no form', new ReadableStream<Uint8Array>({ start: (body) => body.enqueue(Buffer.from('{')) })],
  ])('waits for no body %s, which it does not need (A6)', async (_kind, body) => {
    const app = await startLoginApp()
    const cookie = await app.login()
    // Node requires `duplex` with a stream; the DOM's types don't know it.
    const post = (headers: Record<string, string>, stream: ReadableStream) => {
      const init = {
        method: 'POST',
        body: stream,
        headers: { 'content-type': 'application/json', ...headers },
        duplex: 'half',
      }
      return app.fetch('/logout/', init)
    }

    const loggedOut = await post({ cookie }, body)
    const refused = await post({}, new ReadableStream())

    expect([loggedOut.status, refused.status]).toEqual([200, 401])
  })

  it('answers a program without a cookie by the page where its form asks for one', async () => {
    const app = await startLoginApp()

    const response = await app.postForm('/logout/', { format: 'html' }, {})

    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  it('redirects with 303 where `redirectTo` is set, but for those that ask for JSON', async () => {
    const app = await startLoginApp({ logout: { redirectTo: '/bye' } })

    const browser = await app.postForm('/logout/', {}, { ...browserHeaders, cookie: await app.login() })
    const program = await app.postJson('/logout/', {}, { accept: 'application/json', cookie: await app.login() })

    expect([browser.status, browser.headers.get('location')]).toEqual([303, '/bye'])
    expect(await program.json()).toMatchObject({ redirectTo: '/bye' })
  })

  it('ends no other session of the user (row 8)', async () => {
    const app = await startLoginApp()
    const [one, other] = [await app.login(), await app.login()]

    await app.postForm('/logout/', { id: 'anything' }, { cookie: one })

    expect((await app.me(other)).status).toBe(200)
  })

  it.each([
    ['dead', dead],
    ['malformed', 'id=x'],
    ['empty', 'id='],
  ])('answers a %s cookie as success, and clears it (row 18)', async (_kind, cookie) => {
    const app = await startLoginApp()

    const response = await app.postForm('/logout/', {}, { cookie })

    expect(response.status).toBe(200)
    expect(response.headers.getSetCookie()).toEqual(['id=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'])
  })

  it('answers a program without a cookie with 401 (row 18)', async () => {
    const app = await startLoginApp()

    const response = await app.postJson('/logout/', {})

    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'ERR_LATCHKEY_NOT_LOGGED_IN' })
  })

  it('tells a browser without a cookie that it is logged out (row 18)', async () => {
    const app = await startLoginApp()

    const response = await app.postForm('/logout/', {})

    expect(response.status).toBe(200)
    expect(await response.text()).toContain('Successfully logged out')
  })

  it('sends a browser without a cookie to the login link where there is one (row 18)', async () => {
    const app = await startLoginApp({ auth: { links: { login: '/login/' } } })

    const response = await app.postForm('/logout/', {})

    expect([response.status, response.headers.get('location')]).toEqual([303, '/login/'])
  })

  it('costs one call to the store, and no event, for twenty cookies that were made up (A8)', async () => {
    const store = createPausedStore(memoryStore())
    const app = await startLoginApp({ store })
    const before = store.calls.length
    const cookie = Array.from({ length: 20 }, (_, index) => `id=${String(index).padStart(43, 'x')}`).join('; ')
    const response = await app.postForm('/logout/', {}, { cookie })

    expect(response.status).toBe(200)
    expect(store.calls.slice(before)).toEqual(['sessions.delete'])
    expect(app.events.filter(({ type }) => type === 'logout')).toEqual([])
  })

  it('writes an event for each session that it ended, and no other (A8)', async () => {
    const app = await startLoginApp()
    const [one, two] = [await app.login(), await app.login()]
    const cookie = [one, dead, two].join('; ')
    await app.postForm('/logout/', {}, { cookie })
    await app.postForm('/logout/', {}, { cookie })

    expect((await app.me(one)).status).toBe(401)
    expect((await app.me(two)).status).toBe(401)
    expect(app.events.filter(({ type }) => type === 'logout').map(({ userId }) => userId)).toEqual([
      app.ann.id,
      app.ann.id,
    ])
  })

  it('writes one event', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()

    await app.postForm('/logout/', {}, { cookie })

    expect(app.events.filter(({ type }) => type === 'logout')).toEqual([
      expect.objectContaining({ userId: app.ann.id, addressPrefix: '203.0.113.7' }),
    ])
  })
})
