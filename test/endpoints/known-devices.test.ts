import { describe, expect, it } from 'vitest'
import { days, minutes } from '../../src/duration.ts'
import { UnavailableError } from '../../src/errors.ts'
import { type PurposeLimits } from '../../src/index.ts'
import { hashToken } from '../../src/token/token.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import { type PausedStore, createPausedStore } from '../../src/testing/paused-store.ts'
import { type LoginApp, password, startLoginApp } from './login-app.ts'

const right = { username: 'ann', password }
const chosen = 'another horse battery'
const wrong = { username: 'ann', password: 'wrong password' }

interface World {
  readonly app: LoginApp
  readonly store: PausedStore
  readonly clock: ReturnType<typeof createMovableClock>
}

async function createWorld(limits: Partial<PurposeLimits> = {}): Promise<World> {
  const store = createPausedStore(memoryStore())
  const clock = createMovableClock()
  const app = await startLoginApp({ store, auth: { limits: { login: limits }, clock } })
  return { app, store, clock }
}

function logIn(app: LoginApp, cookie = '', fields: Record<string, string> = right): Promise<Response> {
  return app.postForm('/login/', fields, { cookie })
}

/** The device cookie that an answer sets, as a browser would send it back; `''` for none. */
function deviceCookieOf(response: Response): string {
  return (
    response.headers
      .getSetCookie()
      .find((cookie) => cookie.includes('-device='))
      ?.split(';')[0] ?? ''
  )
}

async function knownDevice(app: LoginApp): Promise<string> {
  return deviceCookieOf(await logIn(app))
}

/** The statuses of so many wrong logins, one after another. */
async function failures(app: LoginApp, times: number, cookie = ''): Promise<number[]> {
  const statuses: number[] = []
  while (statuses.length < times) statuses.push((await logIn(app, cookie, wrong)).status)
  return statuses
}

describe('the device cookie of sessionLogin', () => {
  it('is set beside the session’s, for 90 days, out of reach of scripts (rows 25, 30)', async () => {
    const { app } = await createWorld()

    const cookies = (await logIn(app)).headers.getSetCookie()

    expect(cookies).toEqual([
      expect.stringMatching(/^id=/),
      expect.stringMatching(/^id-device=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
  })

  it('is __Host- and Secure over https, and named after the session’s (row 25)', async () => {
    const app = await startLoginApp({
      auth: { limits: {}, origin: 'https://app.example', cookieName: 'sid' },
    })

    const [, cookie] = (await logIn(app)).headers.getSetCookie()

    expect(cookie).toMatch(/^__Host-sid-device=[\w-]{43}; .*; Secure$/)
  })

  it('is kept by its hash alone (row 2)', async () => {
    const { app } = await createWorld()
    const cookie = await knownDevice(app)
    const [, token = ''] = cookie.split('=')

    const device = await app.auth.devices.find(new Headers({ cookie }))

    expect(device).toMatchObject({ userId: app.ann.id, tokenHash: hashToken(token) })
    expect(JSON.stringify([device, await app.auth.devices.list(app.ann.id)])).not.toContain(token)
  })

  it('is not set where it came along, nor by a failed login', async () => {
    const { app } = await createWorld()
    const cookie = await knownDevice(app)

    expect(deviceCookieOf(await logIn(app, cookie))).toBe('')
    expect(deviceCookieOf(await logIn(app, '', wrong))).toBe('')
    expect(await app.auth.devices.list(app.ann.id)).toHaveLength(1)
  })

  it('is looked up once in a login and once in a changed password, however full the address', async () => {
    const asked: string[] = []
    const { devices, ...store } = memoryStore()
    const find: typeof devices.find = (tokenHash) => {
      asked.push(tokenHash)
      return devices.find(tokenHash)
    }
    const limits = { login: { requestsPerAddress: { points: 1, duration: minutes(1) } } }
    const app = await startLoginApp({ store: { ...store, devices: { ...devices, find } }, auth: { limits } })
    const device = await knownDevice(app)
    expect(asked).toHaveLength(0)

    const login = await logIn(app, device)
    expect([login.status, asked.length]).toEqual([303, 1])

    const cookie = [login.headers.getSetCookie()[0]?.split(';')[0], device].join('; ')
    const change = { current_password: password, new_password: chosen, confirm_new_password: chosen }
    const changed = await app.postForm('/change-password/', change, { cookie })
    expect([changed.status, asked.length]).toEqual([303, 2])
  })

  it('is another after 30 days, and the old one known no more', async () => {
    const { app, clock } = await createWorld()
    const old = await knownDevice(app)
    clock.move(days(30))

    const renewed = deviceCookieOf(await logIn(app, old))

    expect(renewed).not.toBe('')
    expect(await app.auth.devices.find(new Headers({ cookie: old }))).toBeNull()
    expect(await app.auth.devices.find(new Headers({ cookie: renewed }))).not.toBeNull()
  })

  it('is another for another user of the same browser', async () => {
    const { app } = await createWorld()
    await app.auth.users.create({ username: 'bob', password })
    const anns = await knownDevice(app)

    const bobs = deviceCookieOf(await logIn(app, anns, { username: 'bob', password }))

    expect(bobs).not.toBe('')
    expect(await app.auth.devices.list(app.ann.id)).toEqual([])
  })

  it('is kept over a logout', async () => {
    const { app } = await createWorld()
    const response = await logIn(app)
    const cookie = response.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ')

    const out = await app.postForm('/logout/', {}, { cookie })

    expect(deviceCookieOf(out)).toBe('')
    expect(await app.auth.devices.find(new Headers({ cookie }))).not.toBeNull()
  })

  it('logs nobody in, wherever it is put (rows 7, 30)', async () => {
    const { app } = await createWorld()
    const [, token = ''] = (await knownDevice(app)).split('=')

    expect((await app.me(`id=${token}`)).status).toBe(401)
    expect((await app.me(`id-device=${token}`)).status).toBe(401)
  })

  it('is not a session’s token, put there (row 7)', async () => {
    const { app } = await createWorld()
    const token = (await app.login()).split('=')[1] ?? ''

    expect(await app.auth.devices.find(new Headers({ cookie: `id-device=${token}` }))).toBeNull()
  })

  it.each(['', '1', 'x'.repeat(4_096), '%00', 'ä'.repeat(43), `${'x'.repeat(43)}; id-device=${'y'.repeat(43)}`])(
    'costs no query with the value %j (row 4)',
    async (value) => {
      const { app, store } = await createWorld()

      const response = await logIn(app, `id-device=${value}`, wrong)

      expect(response.status).toBe(401)
      expect(store.calls.filter((verb) => verb.startsWith('devices.'))).toEqual([])
    },
  )

  it('costs no query where none came, and creates nothing on GET (rows 4, 5)', async () => {
    const { app, store } = await createWorld()
    await logIn(app, '', wrong)
    await app.fetch('/login/')

    expect(store.calls.filter((verb) => verb.startsWith('devices.'))).toEqual([])
  })

  it('is not set where nothing is throttled', async () => {
    const app = await startLoginApp()

    expect(deviceCookieOf(await logIn(app))).toBe('')
    expect(await app.auth.devices.list(app.ann.id)).toEqual([])
  })

  it('holds no login up that the database couldn’t remember', async () => {
    const { app, store } = await createWorld()
    store.failWith('devices.create', new UnavailableError())

    const response = await logIn(app)

    expect(response.status).toBe(303)
    expect(deviceCookieOf(response)).toBe('')
    expect(app.events.map(({ type }) => type)).toContain('error')
  })

  it('is one of at most 20 of a user', async () => {
    const { app, clock } = await createWorld()
    for (let login = 0; login < 25; login += 1) {
      clock.move(minutes(1))
      await logIn(app)
    }

    const listed = await app.auth.devices.list(app.ann.id)

    expect(listed).toHaveLength(20)
    expect(listed[0]?.createdAt).toEqual(clock.now())
  })
})

describe('a known device', () => {
  it('has failures of its own: those from elsewhere don’t count for it (row 77)', async () => {
    const { app } = await createWorld()
    const cookie = await knownDevice(app)
    const statuses = await failures(app, 12)

    expect(statuses.slice(9)).toEqual([401, 429, 429])
    expect((await logIn(app)).status).toBe(429)
    expect((await logIn(app, cookie)).status).toBe(303)
    expect((await logIn(app)).status).toBe(429)
  })

  it('is slowed down by its own, and nobody else by them (row 77)', async () => {
    const { app } = await createWorld()
    const cookie = await knownDevice(app)
    const statuses = await failures(app, 12, cookie)

    expect(statuses.slice(9)).toEqual([401, 429, 429])
    expect((await logIn(app)).status).toBe(303)
  })

  it('gets in from an address that is refused (row 77)', async () => {
    const { app } = await createWorld({ failuresPerAddress: { points: 2, duration: 300 } })
    const cookie = await knownDevice(app)
    await failures(app, 2)

    expect((await logIn(app)).status).toBe(429)
    expect((await logIn(app, cookie)).status).toBe(303)
  })

  it('gets in from an address that has sent too many requests, and has a limit of its own', async () => {
    const { app } = await createWorld({ requestsPerAddress: { points: 2, duration: 60 } })
    const cookie = await knownDevice(app)
    await failures(app, 1)

    expect(await failures(app, 3, cookie)).toEqual([401, 401, 429])
  })

  it('is any other for the account of somebody else', async () => {
    const { app } = await createWorld({ failuresPerAccount: { points: 2, duration: 60 } })
    await app.auth.users.create({ username: 'bob', password })
    const anns = await knownDevice(app)
    const guess = { username: 'bob', password: 'wrong password' }
    await logIn(app, anns, guess)
    await logIn(app, anns, guess)

    expect((await logIn(app, anns, guess)).status).toBe(429)
  })

  it.each<[string, (world: World) => Promise<unknown>]>([
    ['its 90 days are over', async ({ clock }) => clock.move(days(90))],
    ['the password was set', ({ app }) => app.auth.users.setPassword(app.ann.id, password)],
    ['all sessions were ended', ({ app }) => app.auth.sessions.endAll(app.ann.id)],
    ['all devices were forgotten', ({ app }) => app.auth.devices.endAll(app.ann.id)],
    [
      'it was forgotten itself',
      async ({ app }) => {
        const [device] = await app.auth.devices.list(app.ann.id)
        return app.auth.devices.end(app.ann.id, device?.id ?? '')
      },
    ],
  ])('is one like any other when %s (row 19)', async (_when, end) => {
    const world = await createWorld({ failuresPerAccount: { points: 1, duration: 60 } })
    const cookie = await knownDevice(world.app)
    await end(world)
    await failures(world.app, 1)

    expect((await logIn(world.app, cookie)).status).toBe(429)
  })

  it('is known again at once where its user has changed the password (rows 19, 77)', async () => {
    const { app } = await createWorld()
    const before = (await logIn(app)).headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
    const fields = { current_password: password, new_password: chosen, confirm_new_password: chosen }
    const changed = await app.postForm('/change-password/', fields, { cookie: before.join('; ') })
    await failures(app, 12)

    expect(deviceCookieOf(changed)).not.toBe('')
    expect((await logIn(app, before[1], { username: 'ann', password: chosen })).status).toBe(429)
    expect((await logIn(app, deviceCookieOf(changed), { username: 'ann', password: chosen })).status).toBe(303)
  })

  it('changes its password while someone guesses it in a stolen session (rows 61, 77)', async () => {
    const { app } = await createWorld()
    const change = (cookie: string, current: string): Promise<Response> =>
      app.postJson(
        '/change-password/',
        { current_password: current, new_password: chosen, confirm_new_password: chosen },
        { cookie },
      )
    const stolen = await app.login()
    const [session = '', device = ''] = (await logIn(app)).headers.getSetCookie().map((cookie) => cookie.split(';')[0])
    const guesses = await Promise.all(Array.from({ length: 11 }, () => change(stolen, 'wrong password')))

    expect(guesses.map(({ status }) => status)).toContain(429)
    expect((await change(`${session}; ${device}`, password)).status).toBe(303)
  })

  it('is not asked for a CAPTCHA by what failed elsewhere (row 77)', async () => {
    const { app } = await createWorld()
    const cookie = await knownDevice(app)
    await failures(app, 3)
    const visitor = { address: null, accountKey: `user:${app.ann.id}`, nameKey: 'ann' }
    const device = await app.auth.devices.find(new Headers({ cookie }))

    expect(await app.auth.throttle.isSuspicious(visitor)).toBe(true)
    expect(await app.auth.throttle.isSuspicious({ ...visitor, device })).toBe(false)
  })

  it('is not forgotten by another user’s wish (row 8)', async () => {
    const { app } = await createWorld()
    await knownDevice(app)
    const bob = await app.auth.users.create({ username: 'bob', password })
    const [device] = await app.auth.devices.list(app.ann.id)

    expect(await app.auth.devices.end(bob.id, device?.id ?? '')).toBe(false)
    expect(await app.auth.devices.list(app.ann.id)).toHaveLength(1)
  })
})
