import { describe, expect, it } from 'vitest'
import { ConfigError, UnavailableError, changePassword } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { createPausedStore } from '../../src/testing/paused-store.ts'
import { all, fieldNamed } from '../pages/dom.ts'
import { type LoginApp, browserHeaders, cookieOf, password, startLoginApp } from './login-app.ts'

const path = '/change-password/'
const chosen = 'another horse battery'
const right = { current_password: password, new_password: chosen, confirm_new_password: chosen }
const wrong = { ...right, current_password: 'not this one' }

/** A form with a cookie, as a browser sends it. */
async function change(app: LoginApp, cookie: string, fields: Record<string, string> = right): Promise<Response> {
  return app.postForm(path, fields, { ...browserHeaders, cookie })
}

/** The same as JSON, as a program sends it. */
async function changeAsProgram(app: LoginApp, cookie: string, fields: object = right): Promise<Response> {
  return app.postJson(path, fields, { cookie })
}

async function logIn(app: LoginApp, typed: string): Promise<Response> {
  return app.postForm('/login/', { username: 'ann', password: typed })
}

async function faultsOf(response: Response): Promise<unknown> {
  const { errors } = await response.json()
  return Object.fromEntries(errors.map(({ field, detail }: { field: string; detail: string }) => [field, detail]))
}

describe('changePassword without a session', () => {
  it('sends a browser to the login, and back afterwards', async () => {
    const app = await startLoginApp()

    const response = await app.fetch(path, { headers: browserHeaders })

    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/login/?next=%2Fchange-password%2F')
  })

  it('sends a browser to where it is told', async () => {
    const linked = await startLoginApp({ auth: { links: { login: '/in/' } } })
    const told = await startLoginApp({ changePassword: { loginUrl: '/enter/' } })

    expect((await change(linked, '')).headers.get('location')).toBe('/in/')
    expect((await change(told, '')).headers.get('location')).toBe('/enter/')
  })

  it.each(['GET', 'POST', 'PUT'])('answers a %s of a program with 401', async (method) => {
    const app = await startLoginApp()

    const response = await app.fetch(path, { method })

    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'ERR_LATCHKEY_NOT_LOGGED_IN' })
  })

  it('takes the session of an inactive user for none', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()
    await app.auth.users.update(app.ann.id, { active: false })

    expect((await changeAsProgram(app, cookie)).status).toBe(401)
  })
})

describe('changePassword on GET', () => {
  it('shows a form that says whose password it is, and the rules', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()

    const response = await app.fetch(path, { headers: { cookie } })
    const page = await response.text()

    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(fieldNamed(page, 'username')).toMatchObject({ value: 'ann', hidden: '', autocomplete: 'username' })
    expect(fieldNamed(page, 'new_password')['aria-describedby']).toBe('new_password-hint')
    expect(all(page, 'p').map(({ text }) => text)).toEqual([
      'At least 8 characters. Not a common password, your name or your address.',
    ])
  })

  it('changes nothing by what stands in the query (row 39)', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()

    await app.fetch(`${path}?${new URLSearchParams(right)}`, { headers: { cookie } })

    expect((await logIn(app, password)).status).toBe(303)
  })

  it('answers another method with 405', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()

    const response = await app.fetch(path, { method: 'PUT', headers: { cookie } })

    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST')
  })
})

describe('changePassword with good fields', () => {
  it('sends a browser to the login, and clears its cookie', async () => {
    const app = await startLoginApp()

    const response = await change(app, await app.login())

    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/login/')
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^id=; Max-Age=0;/)])
  })

  it('replaces the password', async () => {
    const app = await startLoginApp()

    await change(app, await app.login())

    expect((await logIn(app, password)).status).toBe(401)
    expect((await logIn(app, chosen)).status).toBe(303)
  })

  it('ends every session of the user, and of nobody else (row 19)', async () => {
    const app = await startLoginApp()
    await app.auth.users.create({ username: 'bob', password: chosen })
    const bob = cookieOf(await app.postForm('/login/', { username: 'bob', password: chosen }))
    const cookies = await Promise.all(Array.from({ length: 5 }, () => app.login()))

    await change(app, cookies[0] ?? '')

    const statuses = await Promise.all(cookies.map(async (cookie) => (await app.me(cookie)).status))
    expect(statuses).toEqual([401, 401, 401, 401, 401])
    expect((await app.me(bob)).status).toBe(200)
  })

  it('takes JSON and multipart', async () => {
    const app = await startLoginApp()
    const back = { current_password: chosen, new_password: password, confirm_new_password: password }

    const first = await changeAsProgram(app, await app.login())
    const cookie = cookieOf(await logIn(app, chosen))
    const body = await new Response(new URLSearchParams(back)).formData()
    const second = await app.fetch(path, { method: 'POST', body, headers: { cookie } })

    expect([first.status, second.status]).toEqual([303, 303])
    expect((await logIn(app, password)).status).toBe(303)
  })

  it('answers JSON where Accept names it, or always with redirectTo null', async () => {
    const app = await startLoginApp()
    const always = await startLoginApp({ changePassword: { redirectTo: null } })

    const asked = await app.postJson(path, right, { cookie: await app.login(), accept: 'application/json' })
    const unasked = await change(always, await always.login())

    expect(await asked.json()).toEqual({ message: 'password changed', redirectTo: '/login/' })
    expect(await unasked.json()).toEqual({ message: 'password changed', redirectTo: null })
    expect(asked.headers.getSetCookie()).toHaveLength(1)
  })

  it('changes the password of its own user alone, whatever the body names (row 55)', async () => {
    const app = await startLoginApp()
    const bob = await app.auth.users.create({ username: 'bob', password })

    await changeAsProgram(app, await app.login(), {
      ...right,
      username: 'bob',
      userId: bob.id,
      id: bob.id,
      admin: true,
    })

    expect((await app.postForm('/login/', { username: 'bob', password })).status).toBe(303)
    expect((await logIn(app, chosen)).status).toBe(303)
    expect(await app.auth.users.findById(app.ann.id)).toMatchObject({ admin: false })
  })

  it('keeps the whole of a password (row 57)', async () => {
    const app = await startLoginApp()
    const long = ` ${'x'.repeat(998)}\u0000`

    await changeAsProgram(app, await app.login(), { ...right, new_password: long, confirm_new_password: long })

    expect((await app.postJson('/login/', { username: 'ann', password: long.slice(0, -1) })).status).toBe(401)
    expect((await app.postJson('/login/', { username: 'ann', password: long.trim() })).status).toBe(401)
    expect((await app.postJson('/login/', { username: 'ann', password: long })).status).toBe(303)
  })

  it('tells the app of it, and no secret', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()
    app.events.length = 0

    await change(app, cookie)

    expect(app.events).toEqual([
      expect.objectContaining({ type: 'password_set', userId: app.ann.id }),
      expect.objectContaining({ type: 'password_changed', userId: app.ann.id, addressPrefix: '203.0.113.7' }),
    ])
    expect(JSON.stringify(app.events)).not.toMatch(/battery/)
  })
})

describe('changePassword with keepThisSession', () => {
  it.each([
    ['the default', { redirectTo: '/login/' }],
    ['one of its own', { loginUrl: '/enter/', redirectTo: '/enter/' }],
  ])('can’t lead to the login page, %s (B6)', async (_which, options) => {
    const making = startLoginApp({ changePassword: { keepThisSession: true, ...options } })

    await expect(making).rejects.toThrow(ConfigError)
    await expect(making).rejects.toThrow(/redirectTo must be another page/)
  })

  it('goes on under a new token, and ends all other sessions (rows 13, 19)', async () => {
    const app = await startLoginApp({ changePassword: { keepThisSession: true } })
    const [mine, other] = [await app.login(), await app.login()]

    const response = await change(app, mine)

    expect(response.headers.get('location')).toBe('/')
    expect((await app.me(cookieOf(response))).status).toBe(200)
    expect((await app.me(mine)).status).toBe(401)
    expect((await app.me(other)).status).toBe(401)
    expect(await app.auth.sessions.list(app.ann.id)).toHaveLength(1)
  })

  it('keeps none when all sessions were ended meanwhile (row 22)', async () => {
    const store = createPausedStore(memoryStore())
    const app = await startLoginApp({ store, changePassword: { keepThisSession: true } })
    const cookie = await app.login()
    const pause = store.pauseNext('sessions.create')

    const changing = change(app, cookie)
    await pause.reached
    await app.auth.sessions.endAll(app.ann.id)
    pause.release()
    const response = await changing

    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^id=; Max-Age=0;/)])
    expect(await app.auth.sessions.list(app.ann.id)).toEqual([])
  })
})

describe('changePassword with bad fields', () => {
  it('names every field at once', async () => {
    const app = await startLoginApp()

    const response = await changeAsProgram(app, await app.login(), { confirm_new_password: 'x' })

    expect(response.status).toBe(422)
    expect(await faultsOf(response)).toEqual({
      current_password: 'Please enter your password.',
      new_password: 'Please choose a password.',
      confirm_new_password: 'The two passwords differ.',
    })
  })

  it.each([
    ['short', 'A password has at least 8 characters.'],
    ['PassWord', 'This password is on a list of common ones. Please choose another.'],
    ['ANN@example.org', 'The password must not be your name, your address or the name of this site.'],
    [password, 'The new password must differ from the current one.'],
  ])('refuses %s as new password (row 59)', async (typed, detail) => {
    const app = await startLoginApp()
    const cookie = await app.login()

    const response = await changeAsProgram(app, cookie, { ...right, new_password: typed, confirm_new_password: typed })

    expect(response.status).toBe(422)
    expect(await faultsOf(response)).toEqual({ new_password: detail })
    expect((await app.me(cookie)).status).toBe(200)
  })

  it('takes another spelling of the current password for the same one (row 57)', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()
    const fields = {
      current_password: 'caf\u00e9 noir',
      new_password: 'cafe\u0301 noir',
      confirm_new_password: 'cafe\u0301 noir',
    }

    expect(await faultsOf(await changeAsProgram(app, cookie, fields))).toEqual({
      new_password: 'The new password must differ from the current one.',
    })
  })

  it('refuses a wrong current password at its field, and changes nothing (row 61)', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()

    const response = await changeAsProgram(app, cookie, wrong)

    expect(response.status).toBe(422)
    expect(await faultsOf(response)).toEqual({ current_password: 'This is not your current password.' })
    expect((await app.me(cookie)).status).toBe(200)
    expect((await logIn(app, password)).status).toBe(303)
  })

  it('shows a browser the page again, with no password on it', async () => {
    const app = await startLoginApp()

    const response = await change(app, await app.login(), wrong)
    const page = await response.text()

    expect(response.status).toBe(422)
    expect(fieldNamed(page, 'current_password')).toMatchObject({ 'aria-invalid': 'true', autofocus: '' })
    expect(page).not.toContain('battery')
    expect(page).not.toContain('not this one')
  })

  it.each(['current_password', 'new_password', 'confirm_new_password'])(
    'refuses a %s that is too long, nothing but marks or no text with 400, and hashes nothing (rows 51, 58, A4)',
    async (field) => {
      const app = await startLoginApp()
      const cookie = await app.login()
      const before = app.auth.wiring.hashPool.stats().hashes

      const long = await changeAsProgram(app, cookie, { ...right, [field]: 'x'.repeat(5_000) })
      const marks = await changeAsProgram(app, cookie, { ...right, [field]: '\u0301'.repeat(31) })
      const number = await changeAsProgram(app, cookie, { ...right, [field]: 7 })

      expect([long.status, marks.status, number.status]).toEqual([400, 400, 400])
      expect(app.auth.wiring.hashPool.stats().hashes).toBe(before)
    },
  )

  it('tells the app of a wrong current password', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()
    app.events.length = 0

    await change(app, cookie, wrong)

    expect(app.events).toContainEqual(
      expect.objectContaining({ type: 'password_change_failed', userId: app.ann.id, reason: 'wrong_password' }),
    )
  })
})

describe('changePassword under pressure', () => {
  it.each([
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-site'],
    ['origin', 'https://evil.example'],
  ])('refuses a write from another site: %s %s (rows 37, 38)', async (name, value) => {
    const app = await startLoginApp()

    const response = await app.postForm(path, right, { cookie: await app.login(), [name]: value })

    expect(response.status).toBe(403)
    expect((await logIn(app, password)).status).toBe(303)
  })

  it('refuses the eleventh try after ten wrong ones, in parallel or not, the right one included (row 61)', async () => {
    const app = await startLoginApp({ auth: { limits: {} } })
    const cookie = await app.login()
    const tries = await Promise.all(Array.from({ length: 12 }, () => changeAsProgram(app, cookie, wrong)))

    const response = await changeAsProgram(app, cookie)

    expect(tries.filter(({ status }) => status === 422)).toHaveLength(10)
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await app.me(cookie)).status).toBe(200)
  })

  it('holds up no login by them, and no other user (rows 61, 77)', async () => {
    const app = await startLoginApp({ auth: { limits: {} } })
    await app.auth.users.create({ username: 'bob', password })
    const [ann, bob] = [await app.login(), cookieOf(await app.postForm('/login/', { username: 'bob', password }))]
    await Promise.all(Array.from({ length: 10 }, () => changeAsProgram(app, ann, wrong)))

    expect((await logIn(app, password)).status).toBe(303)
    expect((await changeAsProgram(app, bob)).status).toBe(303)
  })

  it('counts no try for a form that would be refused anyway (row 61)', async () => {
    const app = await startLoginApp({ auth: { limits: {} } })
    const cookie = await app.login()
    await Promise.all(
      Array.from({ length: 12 }, () => changeAsProgram(app, cookie, { ...wrong, confirm_new_password: 'x' })),
    )

    expect((await changeAsProgram(app, cookie)).status).toBe(303)
  })

  it('makes one of fifty changes at once (F11)', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()
    const fields = Array.from({ length: 50 }, (_, index) => `another password ${index}`)

    const responses = await Promise.all(
      fields.map((next) => changeAsProgram(app, cookie, { ...right, new_password: next, confirm_new_password: next })),
    )

    expect(responses.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(responses.filter(({ status }) => status === 401 || status === 422)).toHaveLength(49)
  })

  it('lets no login complete that checked the old password (F11)', async () => {
    const store = createPausedStore(memoryStore())
    const app = await startLoginApp({ store })
    const cookie = await app.login()
    const pause = store.pauseNext('sessions.create')

    const login = logIn(app, password)
    await pause.reached
    await change(app, cookie)
    pause.release()
    const response = await login

    expect(response.status).toBe(401)
    expect(await app.auth.sessions.list(app.ann.id)).toEqual([])
  })

  it('leaves no session of before among ten logins at once (F11)', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()

    const logins = Array.from({ length: 10 }, () => logIn(app, password))
    const changed = await change(app, cookie)
    await Promise.all(logins)

    expect(changed.status).toBe(303)
    expect(await app.auth.sessions.list(app.ann.id)).toEqual([])
  })

  it.each(['users.findByUsername', 'users.changePasswordHash'] as const)(
    'changes nothing, and answers 503, when the database fails at %s (F2)',
    async (verb) => {
      const store = createPausedStore(memoryStore())
      const app = await startLoginApp({ store })
      const cookie = await app.login()
      store.failWith(verb, new UnavailableError())

      const response = await change(app, cookie)
      store.failWith(verb, null)

      expect(response.status).toBe(503)
      expect(response.headers.getSetCookie()).toEqual([])
      expect((await app.me(cookie)).status).toBe(200)
      expect((await logIn(app, password)).status).toBe(303)
    },
  )

  it('is changed, and answers 503, when the database fails after it (F2)', async () => {
    const store = createPausedStore(memoryStore())
    const app = await startLoginApp({ store, changePassword: { keepThisSession: true } })
    const cookie = await app.login()
    store.failWith('sessions.create', new UnavailableError())

    const response = await change(app, cookie)
    store.failWith('sessions.create', null)

    expect(response.status).toBe(503)
    expect((await app.me(cookie)).status).toBe(401)
    expect((await logIn(app, chosen)).status).toBe(303)
  })
})

describe("changePassword with a page of the app's own", () => {
  it.each([
    ['a function', { template: ({ username }: { username: string }) => `of ${username}` }, 'of ann'],
    [
      'a file',
      { templatePath: new URL('../../templates/change_password.html', import.meta.url).pathname },
      '<h1>Change',
    ],
    ['colors', { styles: { buttonColor: 'teal' } }, '--button: teal;'],
  ])('shows %s', async (_what, options, shown) => {
    const app = await startLoginApp({ changePassword: options })
    const cookie = await app.login()

    expect(await (await app.fetch(path, { headers: { cookie } })).text()).toContain(shown)
  })
})

describe('changePassword with readOnly', () => {
  it('shows the page, and refuses what is sent', async () => {
    const app = await startLoginApp({ changePassword: { readOnly: true } })
    const cookie = await app.login()

    const shown = await app.fetch(path, { headers: { cookie } })
    const refused = await changeAsProgram(app, cookie)

    expect(shown.status).toBe(200)
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ code: 'ERR_LATCHKEY_READ_ONLY' })
    expect((await logIn(app, password)).status).toBe(303)
  })
})

describe('changePassword with wrong options', () => {
  it.each([{ loginUrl: 'login' }, { redirectTo: 'javascript:1' }])('refuses %j', (options) => {
    expect(() => changePassword(options)).toThrow(ConfigError)
  })
})
