import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Auth, type FetchHandler, type User, createAuth, hostContext } from '../../src/index.ts'
import { loginAs } from '../../src/testing/index.ts'
import { type Kitchen, openKitchen } from './recipes.ts'

const password = 'correct horse battery'
const templates = join(import.meta.dirname, '../../templates')
const fromElsewhere = { Origin: 'https://other.example' }

let kitchen: Kitchen
let auth: Auth
let ann: User

// The recipes' own `createAuth()` takes the database of the folder that they run in, as this one does.
beforeEach(async () => {
  kitchen = openKitchen()
  auth = createAuth()
  ann = await auth.users.create({ username: 'ann', email: 'ann@app.example', password })
  await kitchen.cook('docs/errors.md', 'export function answerErrors', 'answers.ts')
})

afterEach(async () => {
  vi.restoreAllMocks()
  await auth.close()
  kitchen.close()
})

function post(fields: Record<string, string>, headers: Record<string, string> = {}): Request {
  const body = new URLSearchParams(fields).toString()
  const type = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': String(body.length) }
  return new Request('http://localhost/', { method: 'POST', body, headers: { ...type, ...headers } })
}

/** Of a length that nobody knows, and never at its end. */
function endlessPost(): Request {
  const init = { method: 'POST', body: new ReadableStream({}), duplex: 'half' } as RequestInit
  return new Request('http://localhost/', init)
}

/** A request of ann, who is logged in. */
async function asAnn(method: string, headers: Record<string, string> = {}): Promise<Request> {
  const login = await loginAs(auth, ann)
  return new Request('http://localhost/', { method, headers: { ...login.headers, ...headers } })
}

/** Runs while another process writes to the database, so that nobody else can. */
async function whileLocked<Outcome>(run: () => Promise<Outcome>): Promise<Outcome> {
  const other = new DatabaseSync(join(kitchen.folder, 'latchkey.db'))
  other.exec('BEGIN IMMEDIATE')
  try {
    return await run()
  } finally {
    other.close()
  }
}

/** What was printed since the test began. */
function printed(method: 'log' | 'error'): string[] {
  return vi.mocked(console[method]).mock.calls.map(([first]) => String(first))
}

function known(response: Response): [number, string | null] {
  return [response.status, response.headers.get('Retry-After')]
}

describe('a registration of an own, as in docs/create-auth.md (B13)', () => {
  let register: FetchHandler
  const bob = { username: 'bob', email: 'bob@app.example', password }

  beforeEach(async () => {
    register = (await kitchen.cook<{ register: FetchHandler }>('docs/create-auth.md', 'createUser')).register
  })

  it('creates a user', async () => {
    expect((await register(post(bob))).status).toBe(201)
    expect(await auth.users.findByIdentifier('bob')).toMatchObject({ email: 'bob@app.example' })
  })

  it('says which fields are at fault', async () => {
    const taken = await register(post({ ...bob, username: 'Ann', password: 'short' }))

    expect(taken.status).toBe(422)
    expect(await taken.json()).toMatchObject({ errors: [{ field: 'username' }, { field: 'password' }] })
  })

  it('says 503 while the database fails', async () => {
    const failed = await whileLocked(() => register(post(bob)))

    expect(known(failed)).toEqual([503, '5'])
    expect((await register(post(bob))).status).toBe(201)
  })

  it('refuses what another site sends, what is too large, and a body without an end', async () => {
    const foreign = await register(post(bob, fromElsewhere))
    const large = await register(post({ ...bob, padding: 'x'.repeat(20_000) }))
    const endless = await register(endlessPost())

    expect([foreign.status, large.status, endless.status]).toEqual([403, 413, 413])
    expect(await auth.users.list()).toHaveLength(1)
  })

  it('takes ten of an address in an hour', async () => {
    const statuses: number[] = []
    while (statuses.length < 11) {
      const request = post({})
      statuses.push((await register(request, hostContext(request, '203.0.113.7'))).status)
    }

    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429])
  })
})

describe('a login of an own, as in docs/create-auth.md (B13)', () => {
  let login: FetchHandler

  beforeEach(async () => {
    login = (await kitchen.cook<{ login: FetchHandler }>('docs/create-auth.md', 'async function logIn')).login
  })

  it('lets in by the right password, and by no other', async () => {
    const right = await login(post({ username: 'ann', password }))
    const cookies = right.headers.getSetCookie().map((cookie) => cookie.split('=', 1)[0])
    const wrong = await login(post({ username: 'ann', password: 'wrong horse' }))

    expect([right.status, right.headers.get('Cache-Control'), cookies]).toEqual([303, 'no-store', ['id', 'id-device']])
    expect([wrong.status, wrong.headers.getSetCookie()]).toEqual([401, []])
  })

  it('says 503 while the database fails', async () => {
    const failed = await whileLocked(() => login(post({ username: 'ann', password })))

    expect(known(failed)).toEqual([503, '5'])
    expect((await login(post({ username: 'ann', password }))).status).toBe(303)
  })

  it('fails for nothing that is sent', async () => {
    const json = new Request('http://localhost/', {
      method: 'POST',
      body: '{]',
      headers: { 'Content-Type': 'application/json', 'Content-Length': '2' },
    })
    const answers = [
      await login(json),
      await login(new Request('http://localhost/', { method: 'POST' })),
      await login(new Request('http://localhost/')),
      await login(post({ username: 'ann', password: 'x'.repeat(20_000) })),
      await login(post({ username: 'ann', password: 'x'.repeat(2000) })),
      await login(endlessPost()),
      await login(post({ username: 'ann', password }, fromElsewhere)),
    ]

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 405, 413, 400, 413, 403])
  })

  it('slows down guesses, and says when to try again', async () => {
    const answers: Response[] = []
    while (answers.length < 11) answers.push(await login(post({ username: 'ann', password: 'wrong horse' })))

    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 401), 429])
    expect(Number(answers.at(-1)?.headers.get('Retry-After'))).toBeGreaterThan(0)
  })
})

describe('the list of sessions, as in docs/create-auth.md (B13)', () => {
  let mySessions: FetchHandler

  beforeEach(async () => {
    const words = 'export const mySessions'
    mySessions = (await kitchen.cook<{ mySessions: FetchHandler }>('docs/create-auth.md', words)).mySessions
  })

  it('is for users alone, and kept nowhere', async () => {
    const nobody = await mySessions(new Request('http://localhost/'))
    const own = await mySessions(await asAnn('GET'))

    expect(nobody.status).toBe(401)
    expect([own.status, own.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    expect(await own.json()).toHaveLength(1)
  })

  it('has an end, however often someone logs in', async () => {
    for (let count = 0; count < 120; count += 1) await auth.sessions.start(ann)
    const listed = await (await mySessions(await asAnn('GET'))).json()

    expect(Array.isArray(listed) && listed.length).toBeLessThanOrEqual(100)
  })

  it('ends them all, and by no other site', async () => {
    const request = await asAnn('DELETE')
    const foreign = await mySessions(await asAnn('DELETE', fromElsewhere))
    const before = await auth.sessions.list(ann.id)
    const own = await mySessions(request)

    expect(foreign.status).toBe(403)
    expect(before).toHaveLength(2)
    expect([own.status, await own.json()]).toEqual([200, []])
  })

  it('says 503 while the database fails', async () => {
    const request = await asAnn('DELETE')
    const failed = await whileLocked(() => mySessions(request))

    expect(known(failed)).toEqual([503, '5'])
    expect(await auth.sessions.list(ann.id)).toHaveLength(1)
  })
})

describe('the list of devices, as in docs/throttle.md (B13)', () => {
  let myDevices: FetchHandler

  beforeEach(async () => {
    const words = 'export const myDevices'
    myDevices = (await kitchen.cook<{ myDevices: FetchHandler }>('docs/throttle.md', words)).myDevices
    await auth.devices.remember(new Response(), new Headers(), ann)
  })

  it('is for users alone, and kept nowhere', async () => {
    const own = await myDevices(await asAnn('GET'))

    expect((await myDevices(new Request('http://localhost/'))).status).toBe(401)
    expect(own.headers.get('Cache-Control')).toBe('no-store')
    expect(await own.json()).toHaveLength(1)
  })

  it('forgets them all, and by no other site', async () => {
    const foreign = await myDevices(await asAnn('DELETE', fromElsewhere))
    const before = await auth.devices.list(ann.id)
    const own = await myDevices(await asAnn('DELETE'))

    expect([foreign.status, before.length]).toEqual([403, 1])
    expect(await own.json()).toEqual([])
  })

  it('says 503 while the database fails', async () => {
    const request = await asAnn('DELETE')

    expect(known(await whileLocked(() => myDevices(request)))).toEqual([503, '5'])
  })
})

describe('a limit by a key, as in docs/rate-limit.md (B13)', () => {
  it('holds for requests without one, too', async () => {
    const { limited } = await kitchen.cook<{ limited: FetchHandler }>('docs/rate-limit.md', 'x-api-key')
    for (let count = 0; count < 1000; count += 1) await limited(new Request('http://localhost/'))
    const withKey = await limited(new Request('http://localhost/', { headers: { 'X-API-Key': 'one' } }))

    expect((await limited(new Request('http://localhost/'))).status).toBe(429)
    expect(withKey.status).toBe(200)
  })
})

describe('pages and hooks of the documentation (B13)', () => {
  beforeEach(() => {
    mkdirSync('views')
    copyFileSync(join(templates, 'session_login.html'), 'views/login.html')
    copyFileSync(join(templates, 'register.html'), 'views/register.html')
  })

  it('shows as text what was typed, in the page of docs/custom-pages.md', async () => {
    const { login } = await kitchen.cook<{ login: FetchHandler }>('docs/custom-pages.md', 'const escape')
    const fields = { username: '"><script>', password: 'wrong horse', next: '/"><script>' }
    const response = await login(post(fields, { Accept: 'text/html' }))

    expect(response.status).toBe(401)
    expect(await response.text()).not.toContain('<script>')
  })

  it('lets in only whom nobody guesses at, while the CAPTCHA of docs/captcha.md can not be asked', async () => {
    const { login } = await kitchen.cook<{ login: FetchHandler }>('docs/captcha.md', 'captcha.example/verify')
    const right = { username: 'ann', password, captcha: 'solved' }
    const quiet = await login(post(right))
    for (let count = 0; count < 3; count += 1) await login(post({ ...right, password: 'wrong horse' }))
    const guessedAt = await login(post(right))
    const withoutToken = await login(post({ username: 'ann', password }))

    expect([quiet.status, ...known(guessedAt), withoutToken.status]).toEqual([303, 503, '5', 422])
    expect(guessedAt.headers.getSetCookie()).toEqual([])
  })

  it('refuses by the hook of docs/register.md, and takes who agrees', async () => {
    const { endpoint } = await kitchen.cook<{ endpoint: FetchHandler }>('docs/register.md', 'preRegister')
    const bob = { username: 'bob', email: 'bob@app.example', password, confirm_password: password }
    const refused = await endpoint(post(bob))
    const taken = await endpoint(post({ ...bob, terms: 'on' }))

    expect([refused.status, taken.status]).toEqual([422, 303])
  })

  it('refuses by the hook of docs/session-login.md, and lets others in', async () => {
    const { login } = await kitchen.cook<{ login: FetchHandler }>('docs/session-login.md', 'preLogin')
    await auth.users.create({ username: 'old', email: 'old@old.example', password })
    const refused = await login(post({ username: 'old@old.example', password }))

    expect(refused.status).toBe(401)
    expect((await login(post({ username: 'ann', password }))).status).toBe(303)
  })
})

describe('events, as docs/events.md writes them', () => {
  it('are lines that programs read, the error apart (row 94)', async () => {
    vi.spyOn(console, 'log')
    vi.spyOn(console, 'error')
    const written: { auth?: Auth } = await kitchen.cook('docs/events.md', 'function write')
    await written.auth?.users.create({ username: 'bob', password })
    written.auth?.report('error', { error: new Error('A broken disk.') })
    await written.auth?.close()

    expect(printed('log').map((line) => JSON.parse(line))).toMatchObject([{ type: 'user_created' }, { type: 'error' }])
    expect(printed('error')).toEqual([expect.stringContaining('A broken disk.')])
  })
})

describe('errors, as docs/errors.md answers them', () => {
  it('leaves to the server what is none of them', async () => {
    const { answerErrors } = await kitchen.cook<{ answerErrors(handler: FetchHandler): FetchHandler }>(
      'docs/errors.md',
      'export function answerErrors',
      'answers.ts',
    )
    const broken = answerErrors(() => Promise.reject(new Error('A mistake of the app.')))

    await expect(broken(new Request('http://localhost/'))).rejects.toThrow('A mistake of the app.')
  })
})
