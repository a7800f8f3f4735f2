import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { sessionAuth } from '../../src/adapters/hono.ts'
import { type Auth, createAuth, getUser, hours, protect } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { createMovableClock, loginAs } from '../../src/testing/index.ts'

const password = 'correct horse battery'

function createApp(auth: Auth): Hono {
  const app = new Hono()
  app.all('/me', sessionAuth({ auth }), (c) => c.text(`${c.req.method} ${c.var.user.username}`))
  return app
}

describe('loginAs', () => {
  it("logs a user in for Hono's app.request()", async () => {
    const auth = createAuth({ store: memoryStore() })
    const ann = await auth.users.create({ username: 'ann', password })

    const response = await createApp(auth).request('/me', await loginAs(auth, ann))

    expect(await response.text()).toBe('GET ann')
  })

  it('goes along with a method and a body', async () => {
    const auth = createAuth({ store: memoryStore() })
    const ann = await auth.users.create({ username: 'ann', password })

    const response = await createApp(auth).request('/me', { method: 'POST', body: 'x', ...(await loginAs(auth, ann)) })

    expect(await response.text()).toBe('POST ann')
  })

  it('logs a user in for any fetch handler', async () => {
    const auth = createAuth({ store: memoryStore() })
    const ann = await auth.users.create({ username: 'ann', password })
    const handler = protect((request) => new Response(getUser(request)?.username), { auth })

    const response = await handler(new Request('http://localhost/', await loginAs(auth, ann)))

    expect(await response.text()).toBe('ann')
  })

  it('sends the cookie under its name over https', async () => {
    const auth = createAuth({ store: memoryStore(), origin: 'https://app.example', cookieName: 'sid' })
    const ann = await auth.users.create({ username: 'ann', password })

    expect((await loginAs(auth, ann)).headers.cookie).toMatch(/^__Host-sid=[\w-]{43}$/)
  })

  it('starts a session that ends as any other', async () => {
    const clock = createMovableClock()
    const auth = createAuth({ store: memoryStore(), clock, sessionExpiry: hours(1) })
    const ann = await auth.users.create({ username: 'ann', password })
    const init = await loginAs(auth, ann)
    clock.move(hours(1))

    expect((await createApp(auth).request('/me', init)).status).toBe(401)
  })

  it('logs in again whom it got before all its sessions were ended', async () => {
    const auth = createAuth({ store: memoryStore() })
    const ann = await auth.users.create({ username: 'ann', password })
    await auth.sessions.endAll(ann.id)

    expect((await createApp(auth).request('/me', await loginAs(auth, ann))).status).toBe(200)
  })

  it('names the cure for a user of another store', async () => {
    const ann = await createAuth({ store: memoryStore() }).users.create({ username: 'ann', password })

    await expect(loginAs(createAuth({ store: memoryStore() }), ann)).rejects.toThrow(
      'loginAs needs a user that auth knows: create "ann" first.',
    )
  })
})
