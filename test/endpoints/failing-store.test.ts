import { describe, expect, it } from 'vitest'
import { type Store, type UserStore, ConfigError } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { type PausedStore, type StoreVerb, createPausedStore } from '../../src/testing/paused-store.ts'
import { type LoginApp, browserHeaders, password, startLoginApp } from './login-app.ts'

const bug = new TypeError('connection is not defined')
const right = { username: 'ann', password }
const newUser = {
  username: 'bob',
  email: 'bob@example.org',
  password: 'purple horse drawer',
  confirm_password: 'purple horse drawer',
}
const newPassword = {
  current_password: password,
  new_password: 'purple horse drawer',
  confirm_new_password: 'purple horse drawer',
}

/** An app of which a user is logged in, and whose store throws by mistake from then on. */
async function startFailing(...verbs: StoreVerb[]): Promise<{ app: LoginApp; cookie: string; store: PausedStore }> {
  const store = createPausedStore(memoryStore())
  const app = await startLoginApp({ store })
  const cookie = await app.login()
  app.events.length = 0
  for (const verb of verbs) store.failWith(verb, bug)
  return { app, cookie, store }
}

/** Users of which every look-up fails at once. */
class BrokenUsers {
  readonly reason = bug

  findByUsername(): never {
    throw this.reason
  }
}

/** A store whose methods are its prototype's. */
class ClassStore implements Store {
  readonly #store = memoryStore()
  readonly users = this.#store.users
  readonly sessions = this.#store.sessions
  readonly devices = this.#store.devices
  readonly log: string[] = []

  async open(): Promise<void> {
    this.log.push('open')
    await this.#store.open()
  }

  async close(): Promise<void> {
    this.log.push('close')
    await this.#store.close()
  }
}

const unavailable = expect.objectContaining({ code: 'ERR_LATCHKEY_UNAVAILABLE' })

function errorsOf({ events }: LoginApp): unknown[] {
  return events.filter(({ type }) => type === 'error').map(({ error }) => error)
}

describe('a store that throws what nobody expects', () => {
  it.each<[string, string, Record<string, string>, StoreVerb]>([
    ['a login', '/login/', right, 'users.findByUsername'],
    ['a login', '/login/', right, 'sessions.create'],
    ['a login', '/login/', right, 'sessions.delete'],
    ['a login', '/login/', right, 'users.recordLogin'],
    ['a logout', '/logout/', {}, 'sessions.delete'],
    ['a registration', '/register/', newUser, 'users.findByUsername'],
    ['a registration', '/register/', newUser, 'users.create'],
    ['a changed password', '/change-password/', newPassword, 'sessions.findWithUser'],
    ['a changed password', '/change-password/', newPassword, 'users.findByUsername'],
    ['a changed password', '/change-password/', newPassword, 'users.changePasswordHash'],
  ])('is 503 for %s, told once, and takes no cookie (row 96)', async (_what, path, fields, verb) => {
    const { app, cookie } = await startFailing(verb)

    const response = await app.postJson(path, fields, { cookie })

    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await response.json()).toEqual(unavailable)
    expect(errorsOf(app)).toEqual([bug])
  })

  it('is asked and told once by a logout', async () => {
    const { app, cookie, store } = await startFailing('sessions.findWithUser', 'sessions.delete')
    const before = store.calls.length

    const response = await app.postForm('/logout/', {}, { ...browserHeaders, cookie })

    expect(response.status).toBe(503)
    // Its page looks nobody up, which would be another wait for a database that stalls.
    expect(store.calls.slice(before)).toEqual(['sessions.delete'])
    expect(await response.text()).not.toContain(bug.message)
    expect(errorsOf(app)).toEqual([bug])
  })

  it('is told with the id of the request', async () => {
    const { app } = await startFailing('users.findByUsername')

    await app.postJson('/login/', right)

    const [error, refused] = app.events
    expect([error?.type, refused?.type]).toEqual(['error', 'refused'])
    expect(error?.requestId).toBe(refused?.requestId)
  })

  it.each(['/login/', '/logout/'])('lets the page at %s be shown, and is told', async (path) => {
    const { app, cookie } = await startFailing('sessions.findWithUser')

    const response = await app.fetch(path, { headers: { ...browserHeaders, cookie } })

    expect(response.status).toBe(200)
    expect(errorsOf(app)).toEqual([bug])
  })

  it('holds no login up where it is about a device alone, and is told', async () => {
    const store = createPausedStore(memoryStore())
    const app = await startLoginApp({ store, auth: { limits: {} } })
    store.failWith('devices.create', bug)

    const response = await app.postJson('/login/', right)

    expect(response.status).toBe(303)
    expect(errorsOf(app)).toEqual([bug])
  })

  it('is 503 where it can’t be opened, and told once', async () => {
    const reason = new ConfigError('The database is of a newer latchkey.')
    const store: Store = { ...memoryStore(), open: () => Promise.reject(reason) }
    const app = await startLoginApp({ store })

    const response = await app.postJson('/logout/', {}, { cookie: `id=${'a'.repeat(43)}` })

    expect(response.status).toBe(503)
    expect(errorsOf(app)).toEqual([reason])
  })

  it('may throw at once, and keep its methods in a class', async () => {
    const store = memoryStore()
    const users = Object.freeze(Object.assign(new BrokenUsers(), { create: store.users.create }))
    const app = await startLoginApp({ store: { ...store, users: users as Partial<UserStore> as UserStore } })

    const response = await app.postJson('/login/', right)

    expect(response.status).toBe(503)
    expect(errorsOf(app)).toEqual([bug])
  })

  it('may be of a class as a whole', async () => {
    const store = new ClassStore()
    const app = await startLoginApp({ store })

    const response = await app.postJson('/login/', right)
    await app.auth.close()

    expect([response.status, store.log]).toEqual([303, ['open', 'close']])
  })

  it('is no 503 where the app’s own code throws: that stays 500 (row 95)', async () => {
    const app = await startLoginApp({ login: { hooks: { loginSuccess: [() => Promise.reject(bug)] } } })

    const response = await app.postJson('/login/', right)

    expect(response.status).toBe(500)
    expect(errorsOf(app)).toEqual([bug])
  })
})
