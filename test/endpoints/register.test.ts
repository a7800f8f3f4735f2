import { describe, expect, it } from 'vitest'
import {
  ConfigError,
  UnavailableError,
  type RegisterHookContext,
  type UserDefaults,
  register,
} from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { createPausedStore } from '../../src/testing/paused-store.ts'
import { all, elementsOf, fieldNamed } from '../pages/dom.ts'
import { type LoginApp, browserHeaders, startLoginApp } from './login-app.ts'

const chosen = 'a password of bob'
const bob = { username: 'bob', email: 'bob@example.org', password: chosen, confirm_password: chosen }

const unfit =
  'A username has 1 to 64 letters or digits of one alphabet, with single dots, underscores or hyphens between them.'

async function faultsOf(response: Response): Promise<unknown> {
  const { errors } = await response.json()
  return Object.fromEntries(errors.map(({ field, detail }: { field: string; detail: string }) => [field, detail]))
}

async function countUsers(app: LoginApp): Promise<number> {
  return (await app.auth.users.list()).length
}

describe('register on GET', () => {
  it('shows a form with the rules for a password', async () => {
    const app = await startLoginApp()

    const response = await app.fetch('/register/')
    const page = await response.text()

    expect(response.status).toBe(200)
    expect(fieldNamed(page, 'password')['aria-describedby']).toBe('password-hint')
    expect(all(page, 'p').map(({ text }) => text)).toEqual([
      'At least 8 characters. Not a common password, your name or your address.',
    ])
  })

  it('shows and keeps the rules of the app (row 59)', async () => {
    const app = await startLoginApp({ auth: { passwordPolicy: 'nist' } })
    const fields = { ...bob, password: 'fourteen chars', confirm_password: 'fourteen chars' }

    expect(await (await app.fetch('/register/')).text()).toContain('At least 15 characters.')
    expect(await faultsOf(await app.postJson('/register/', fields))).toEqual({
      password: 'A password has at least 15 characters.',
    })
  })

  it('creates nobody by what stands in the query (row 39)', async () => {
    const app = await startLoginApp()

    await app.fetch(`/register/?${new URLSearchParams(bob)}`)

    expect(await countUsers(app)).toBe(1)
  })
})

describe('register with good fields', () => {
  it('creates a user and sends a browser to the login', async () => {
    const app = await startLoginApp()

    const response = await app.postForm('/register/', bob)

    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/login/')
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await app.auth.users.findByIdentifier('bob')).toMatchObject({ username: 'bob', email: 'bob@example.org' })
  })

  it('goes to the login link of createAuth, or to where it is told', async () => {
    const linked = await startLoginApp({ auth: { links: { login: '/in/' } } })
    const told = await startLoginApp({ register: { redirectTo: 'https://app.example/welcome' } })

    expect((await linked.postForm('/register/', bob)).headers.get('location')).toBe('/in/')
    expect((await told.postForm('/register/', bob)).headers.get('location')).toBe('https://app.example/welcome')
  })

  it('takes JSON and multipart', async () => {
    const app = await startLoginApp()
    const carol = { ...bob, username: 'carol', email: 'carol@example.org' }
    const body = await new Response(new URLSearchParams(carol)).formData()

    expect((await app.postJson('/register/', bob)).status).toBe(303)
    expect((await app.fetch('/register/', { method: 'POST', body })).status).toBe(303)
  })

  it('answers JSON where Accept names it', async () => {
    const app = await startLoginApp()

    const response = await app.postJson('/register/', bob, { accept: 'application/json' })

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ message: 'registered', redirectTo: '/login/' })
  })

  it('answers JSON always where redirectTo is null', async () => {
    const app = await startLoginApp({ register: { redirectTo: null } })

    const response = await app.postForm('/register/', bob)

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ message: 'registered', redirectTo: null })
  })

  it('makes a user who cannot log in yet', async () => {
    const app = await startLoginApp()
    await app.postForm('/register/', bob)

    const login = await app.postForm('/login/', { username: 'bob', password: chosen })

    expect(login.status).toBe(401)
  })

  it('makes a user who can, where userDefaults says so', async () => {
    const app = await startLoginApp({ register: { userDefaults: { active: true, firstName: 'New' } } })
    await app.postForm('/register/', bob)

    const login = await app.postForm('/login/', { username: 'bob', password: chosen })

    expect(login.status).toBe(303)
    expect(await app.auth.users.findByIdentifier('bob')).toMatchObject({ firstName: 'New', admin: false })
  })

  it('takes nothing else from the body (row 55)', async () => {
    const app = await startLoginApp()
    const extras = {
      id: app.ann.id,
      userId: app.ann.id,
      active: true,
      admin: true,
      superuser: true,
      role: 'admin',
      sessionGeneration: -7,
      firstName: 'Eve',
      passwordHash: 'x',
    }

    const response = await app.postJson('/register/', { ...extras, ...bob })

    expect(response.status).toBe(303)
    const created = await app.auth.users.findByIdentifier('bob')
    expect(created).toMatchObject({
      active: false,
      admin: false,
      superuser: false,
      firstName: null,
    })
    expect(created?.sessionGeneration).toBeGreaterThanOrEqual(0)
    expect(created?.id).not.toBe(app.ann.id)
  })

  it('tells the app of it, and no secret (rows 2, 92)', async () => {
    const app = await startLoginApp()
    await app.postForm('/register/', bob)

    const { id } = (await app.auth.users.findByIdentifier('bob')) ?? {}
    expect(app.events).toEqual([
      expect.objectContaining({ type: 'user_created', userId: id }),
      expect.objectContaining({ type: 'registered', userId: id, addressPrefix: '203.0.113.7' }),
    ])
    expect(JSON.stringify(app.events)).not.toContain(chosen)
  })
})

describe('register with bad fields', () => {
  it('names every field at once, each with its sentence', async () => {
    const app = await startLoginApp()

    const response = await app.postJson('/register/', {})

    expect(response.status).toBe(422)
    expect(await faultsOf(response)).toEqual({
      username: 'Please choose a username.',
      email: 'Please enter your e-mail address.',
      password: 'Please choose a password.',
    })
  })

  it('names what is taken, unfit and different together (row 69)', async () => {
    const app = await startLoginApp()

    const response = await app.postJson('/register/', {
      username: 'ANN',
      email: 'bob',
      password: 'short',
      confirm_password: 'shor',
    })

    expect(await faultsOf(response)).toEqual({
      username: 'This username is taken.',
      email: 'This is not an e-mail address.',
      password: 'A password has at least 8 characters.',
      confirm_password: 'The two passwords differ.',
    })
  })

  it.each([
    ['username', { username: ' Ann ' }, 'This username is taken.'],
    ['username', { username: '\uff21nn' }, 'This username is taken.'],
    ['username', { username: 'a nn' }, unfit],
    ['username', { username: 'ann\u200b' }, unfit],
    ['username', { username: '..' }, unfit],
    ['username', { username: '\u0430dmin' }, unfit],
    ['email', { email: '=cmd@x.y' }, 'This is not an e-mail address.'],
    ['email', { email: 'ANN@example.ORG' }, 'This e-mail address is taken.'],
    ['email', { email: 'bob@example.org\r\nBcc: eve@example.org' }, 'This is not an e-mail address.'],
    ['confirm_password', { confirm_password: '' }, 'The two passwords differ.'],
    ['confirm_password', { confirm_password: `${chosen} ` }, 'The two passwords differ.'],
  ])('refuses one fault at %s alone: %j (rows 67, 69)', async (field, fields, detail) => {
    const app = await startLoginApp()

    const response = await app.postJson('/register/', { ...bob, ...fields })

    expect(response.status).toBe(422)
    expect(await faultsOf(response)).toEqual({ [field]: detail })
    expect(await countUsers(app)).toBe(1)
  })

  it.each([
    ['a common one', 'Password'],
    ['the address', 'bobby.tables@EXAMPLE.org'],
    ['the local part of it', 'Bobby.Tables'],
    ['the host', 'bookshop.example'],
    ['a part of the host', 'bookshop'],
  ])('refuses %s as password (row 59)', async (_what, password) => {
    const app = await startLoginApp({ auth: { origin: 'https://bookshop.example' } })

    const response = await app.postJson('/register/', {
      ...bob,
      email: 'bobby.tables@example.org',
      password,
      confirm_password: password,
    })

    expect(response.status).toBe(422)
    expect(Object.keys((await faultsOf(response)) as object)).toEqual(['password'])
  })

  it('keeps name and address on the page, and no password', async () => {
    const app = await startLoginApp()

    const response = await app.postForm('/register/', { ...bob, password: 'short', confirm_password: 'short' })
    const page = await response.text()

    expect(response.status).toBe(422)
    expect(fieldNamed(page, 'username')['value']).toBe('bob')
    expect(fieldNamed(page, 'email')['value']).toBe('bob@example.org')
    expect(page).not.toContain('short"')
    expect(elementsOf(page)).toContainEqual({
      name: 'p',
      attributes: { class: 'field-error', id: 'password-error' },
      text: 'A password has at least 8 characters.',
    })
    expect(fieldNamed(page, 'password')).toMatchObject({
      'aria-describedby': 'password-error password-hint',
      autofocus: '',
    })
  })

  it.each(['username', 'email', 'password', 'confirm_password'])(
    'refuses a %s that is too long with 400, and hashes nothing (rows 51, 58)',
    async (field) => {
      const app = await startLoginApp()
      const before = app.auth.wiring.hashPool.stats().hashes

      const response = await app.postJson('/register/', { ...bob, [field]: 'x'.repeat(5_000) })

      expect(response.status).toBe(400)
      expect(await faultsOf(response)).toEqual({ [field]: 'This is too long.' })
      expect(app.auth.wiring.hashPool.stats().hashes).toBe(before)
    },
  )

  it.each(['username', 'email', 'password', 'confirm_password'])(
    'refuses a %s that is no text (row 51)',
    async (field) => {
      const app = await startLoginApp()

      expect((await app.postJson('/register/', { ...bob, [field]: 7 })).status).toBe(400)
      expect((await app.postJson('/register/', { ...bob, [field]: ['x'] })).status).toBe(400)
    },
  )

  it('hashes nothing for a name that is taken', async () => {
    const app = await startLoginApp()
    const before = app.auth.wiring.hashPool.stats().hashes

    await app.postForm('/register/', { ...bob, username: 'ann' })

    expect(app.auth.wiring.hashPool.stats().hashes).toBe(before)
  })

  it('says so in the words of the app', async () => {
    const app = await startLoginApp({
      auth: { texts: { usernameTaken: 'Vergeben.', passwordTooShort: 'Mindestens {minimum} Zeichen.' } },
    })

    const fields = { ...bob, username: 'ann', password: 'kurz', confirm_password: 'kurz' }

    expect(await faultsOf(await app.postJson('/register/', fields))).toEqual({
      username: 'Vergeben.',
      password: 'Mindestens 8 Zeichen.',
    })
  })
})

describe('register under pressure', () => {
  it.each([
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-site'],
    ['origin', 'https://evil.example'],
  ])('refuses a write from another site: %s %s (rows 37, 38)', async (name, value) => {
    const app = await startLoginApp()

    const response = await app.postForm('/register/', bob, { [name]: value })

    expect(response.status).toBe(403)
    expect(await countUsers(app)).toBe(1)
  })

  it('refuses the eleventh within an hour from one address (row 69)', async () => {
    const app = await startLoginApp({ auth: { limits: {} } })
    const first = await Promise.all(Array.from({ length: 10 }, () => app.postForm('/register/', {})))

    const response = await app.postJson('/register/', bob)

    expect(new Set(first.map(({ status }) => status))).toEqual(new Set([422]))
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await countUsers(app)).toBe(1)
  })

  it('creates one of a hundred at once, and tells the others that the name is taken (row 68)', async () => {
    const app = await startLoginApp()

    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        app.postForm('/register/', { ...bob, email: `bob${index}@example.org` }),
      ),
    )
    const statuses = responses.map(({ status }) => status)

    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    expect(statuses.filter((status) => status === 422)).toHaveLength(99)
    expect(await countUsers(app)).toBe(2)
  })

  it('creates nobody, and answers 503, when the database fails at the write (F2)', async () => {
    const store = createPausedStore(memoryStore())
    const app = await startLoginApp({ store })
    store.failWith('users.create', new UnavailableError())

    const response = await app.postForm('/register/', bob)

    expect(response.status).toBe(503)
    expect(await app.auth.users.findByIdentifier('bob')).toBeNull()
  })
})

describe('register with hooks', () => {
  it('shows them the further fields of the form, and no password', async () => {
    const seen: RegisterHookContext[] = []
    const note = (context: RegisterHookContext): void => void seen.push(context)
    const app = await startLoginApp({ register: { hooks: { preRegister: [note], registered: [note] } } })

    await app.postForm('/register/', { ...bob, company: 'Bell', old_password: 'x', format: 'html' })

    expect(seen.map(({ username, email, fields, user }) => [username, email, [...fields], user?.username])).toEqual([
      ['bob', 'bob@example.org', [['company', 'Bell']], undefined],
      ['bob', 'bob@example.org', [['company', 'Bell']], 'bob'],
    ])
  })

  it('refuses with the sentence of one before, and creates nobody', async () => {
    const hooks = { preRegister: [() => 'Not <you>.'] }
    const app = await startLoginApp({ register: { hooks } })

    const response = await app.postJson('/register/', bob)

    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code: 'ERR_LATCHKEY_REFUSED_BY_HOOK', detail: 'Not <you>.' })
    expect(await countUsers(app)).toBe(1)
  })

  it('asks none before the fields are right', async () => {
    const seen: unknown[] = []
    const app = await startLoginApp({ register: { hooks: { preRegister: [() => void seen.push(1)] } } })

    await app.postForm('/register/', { ...bob, username: 'ann' })

    expect(seen).toEqual([])
  })

  it('keeps the user where one after it fails', async () => {
    const hooks = { registered: [() => Promise.reject(new Error('No mail.'))] }
    const app = await startLoginApp({ register: { hooks } })

    const response = await app.postForm('/register/', bob)

    expect(response.status).toBe(500)
    expect(await app.auth.users.findByIdentifier('bob')).not.toBeNull()
  })
})

describe("register with a page of the app's own", () => {
  it.each([
    ['a function', { template: () => 'mine' }, 'mine'],
    ['a file', { templatePath: new URL('../../templates/register.html', import.meta.url).pathname }, '<h1>Create an'],
    ['colors', { styles: { buttonColor: 'teal' } }, '--button: teal;'],
  ])('shows %s', async (_what, options, shown) => {
    const app = await startLoginApp({ register: options })

    expect(await (await app.fetch('/register/')).text()).toContain(shown)
  })

  it('lets the form lead to another origin, where redirectTo names one', async () => {
    const app = await startLoginApp({ register: { redirectTo: 'https://app.example/welcome' } })

    const { headers } = await app.fetch('/register/')

    expect(headers.get('content-security-policy')).toContain("form-action 'self' https://app.example;")
  })
})

describe('register with readOnly', () => {
  it('shows the page, and refuses what is sent', async () => {
    const app = await startLoginApp({ register: { readOnly: true } })

    const shown = await app.fetch('/register/', { headers: browserHeaders })
    const refused = await app.postJson('/register/', bob)

    expect(shown.status).toBe(200)
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ code: 'ERR_LATCHKEY_READ_ONLY' })
    expect(await countUsers(app)).toBe(1)
  })
})

describe('register with wrong options', () => {
  it.each([
    [{ role: 'admin' }, 'userDefaults has no role. It knows active, admin, superuser, firstName, lastName.'],
    [{ active: 'yes' }, 'userDefaults.active must be true or false.'],
    [{ firstName: 7 }, 'userDefaults.firstName must be text.'],
  ])('refuses userDefaults of %j', (userDefaults, message) => {
    // JavaScript has no types to stop this.
    expect(() => register({ userDefaults: userDefaults as UserDefaults })).toThrow(new ConfigError(message))
  })

  it('refuses a redirectTo that is no address', () => {
    expect(() => register({ redirectTo: 'javascript:1' })).toThrow(ConfigError)
  })
})
