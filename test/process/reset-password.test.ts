import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Auth, type FetchHandler, type User, hostContext } from '../../src/index.ts'
import { type Kitchen, openKitchen } from './recipes.ts'

const page = 'docs/reset-password.md'
const password = 'correct horse battery'
const next = 'another horse battery'

interface Resets {
  readonly auth: Auth
  requestReset(typed: string): boolean
  keepSending(mail: (address: string, token: string) => Promise<void>): Promise<void>
  sendResets(mail: (address: string, token: string) => Promise<void>): Promise<void>
  resetPassword(token: string, newPassword: string): Promise<boolean>
}

let kitchen: Kitchen
let resets: Resets
let ann: User
let mails: { address: string; token: string }[]
let resetTables: DatabaseSync

beforeEach(async () => {
  kitchen = openKitchen()
  resets = await kitchen.cook<Resets>(page, 'export function requestReset', 'resets.ts')
  ann = await resets.auth.users.create({ username: 'ann', email: 'ann@app.example', password })
  mails = []
  resetTables = new DatabaseSync('app.db')
})

afterEach(async () => {
  resetTables.close()
  await resets.auth.close()
  kitchen.close()
})

async function deliver(address: string, token: string): Promise<void> {
  mails.push({ address, token })
}

/** The token of a link that was mailed. */
async function mailLink(typed = 'ann'): Promise<string> {
  resets.requestReset(typed)
  await resets.sendResets(deliver)
  return mails.at(-1)?.token ?? ''
}

function canLogIn(given: string): Promise<boolean> {
  return resets.auth.users.checkLogin('ann', given).then(({ ok }) => ok)
}

/** Runs while another process writes to a database, so that nobody else can. */
async function whileLocked<Outcome>(file: string, run: () => Promise<Outcome>): Promise<Outcome> {
  const other = new DatabaseSync(join(kitchen.folder, file))
  other.exec('BEGIN IMMEDIATE')
  try {
    return await run()
  } finally {
    other.close()
  }
}

/** The statements that a call makes in either database, as they are written. */
function statementsOf(call: () => unknown): string[] {
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare')
  call()
  const statements = prepare.mock.calls.map(([statement]) => statement)
  prepare.mockRestore()
  return statements
}

describe('asking for a link, as in docs/reset-password.md (B13)', () => {
  it('does the same for a user and for nobody before it answers (row 66)', () => {
    const known = statementsOf(() => resets.requestReset('ann@app.example'))
    const unknown = statementsOf(() => resets.requestReset('bob@app.example'))

    expect(known).toHaveLength(1)
    expect(unknown).toEqual(known)
    expect(resetTables.prepare('SELECT typed FROM reset_wish').all()).toHaveLength(2)
  })

  it('mails to the address of the user, and to nobody else', async () => {
    await resets.auth.users.create({ username: 'eve', password })
    const idle = await resets.auth.users.create({ username: 'idle', email: 'idle@app.example', password })
    await resets.auth.users.update(idle.id, { active: false })
    for (const typed of ['ANN', 'bob', 'eve', 'idle', '']) resets.requestReset(typed)
    await resets.sendResets(deliver)

    expect(mails.map(({ address }) => address)).toEqual(['ann@app.example'])
    expect(resetTables.prepare('SELECT typed FROM reset_wish').all()).toEqual([])
  })

  it('keeps no token', async () => {
    const token = await mailLink()
    const kept = resetTables.prepare('SELECT * FROM reset_link').all()

    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toContain(token)
  })

  it('mails once in five minutes, whatever name is typed', async () => {
    await mailLink('ann')
    await mailLink('ann@app.example')

    expect(mails).toHaveLength(1)
  })

  it('tries again where the mail can not be sent', async () => {
    resets.requestReset('ann')
    await resets.sendResets(() => Promise.reject(new Error('The mail server is away.')))
    await resets.sendResets(deliver)

    expect(mails).toHaveLength(1)
    expect(await resets.resetPassword(mails[0]?.token ?? '', next)).toBe(true)
  })

  it('goes on sending, whatever fails', async () => {
    resets.requestReset('ann')
    await whileLocked('app.db', () => resets.keepSending(deliver))
    const before = mails.length

    await vi.waitFor(() => expect(mails).toHaveLength(1), 10_000)
    expect(before).toBe(0)
  })

  it('keeps a thousand that wait, and no more', () => {
    const noted = Array.from({ length: 1001 }, (_, index) => resets.requestReset(`nobody ${index}`))

    expect(noted.indexOf(false)).toBe(1000)
  })
})

describe('setting a password by a link, as in docs/reset-password.md (B13)', () => {
  it('sets it once, and ends the sessions (row 20)', async () => {
    const session = await resets.auth.sessions.start(ann)
    const token = await mailLink()

    expect(await resets.resetPassword(token, next)).toBe(true)
    expect(await resets.resetPassword(token, 'one more horse battery')).toBe(false)
    expect(await resets.auth.sessions.find(session?.token ?? '')).toBeNull()
    expect(await canLogIn(next)).toBe(true)
  })

  it('leaves the link to be used again after the database failed', async () => {
    const token = await mailLink()
    const failed = await whileLocked('latchkey.db', () =>
      resets.resetPassword(token, next).catch((error: unknown) => error),
    )

    expect(failed).toMatchObject({ code: 'ERR_LATCHKEY_UNAVAILABLE', status: 503 })
    expect(await canLogIn(password)).toBe(true)
    expect(await resets.resetPassword(token, next)).toBe(true)
  })

  it('leaves the link to be used again after a password that will not do', async () => {
    const token = await mailLink()

    await expect(resets.resetPassword(token, 'short')).rejects.toMatchObject({ code: 'ERR_LATCHKEY_INVALID_FORM' })
    expect(await resets.resetPassword(token, next)).toBe(true)
  })

  it('leaves the link to be used again after the process died with it in its hands', async () => {
    const token = await mailLink()
    resetTables.exec(`UPDATE reset_link SET held_until = ${Date.now() + 60_000}`)
    const isHeld = await resets.resetPassword(token, next)
    resetTables.exec(`UPDATE reset_link SET held_until = ${Date.now() - 1}`)

    expect(isHeld).toBe(false)
    expect(await resets.resetPassword(token, next)).toBe(true)
  })

  it('sets one password for two requests at once', async () => {
    const token = await mailLink()
    const outcomes = await Promise.all([resets.resetPassword(token, next), resets.resetPassword(token, `${next} two`)])

    expect(outcomes).toEqual([true, false])
    expect(await canLogIn(next)).toBe(true)
  })

  it('sets one password for two links of a user at once', async () => {
    const first = await mailLink()
    resetTables.exec('UPDATE reset_link SET expires_at = expires_at - 300000')
    const second = await mailLink()
    const outcomes = await Promise.all([resets.resetPassword(first, next), resets.resetPassword(second, `${next} two`)])

    expect(second).not.toBe(first)
    expect(outcomes).toEqual([true, false])
    expect(await resets.resetPassword(second, `${next} two`)).toBe(false)
  })

  it('refuses a link that is older than a password, even where the row is still there', async () => {
    const token = await mailLink()
    await resets.auth.users.setPassword(ann.id, next)

    expect(await resets.resetPassword(token, `${next} two`)).toBe(false)
    expect(await canLogIn(next)).toBe(true)
  })

  it('refuses a link that has expired, is unknown, or is of a user who was locked out', async () => {
    const token = await mailLink()
    await resets.auth.users.update(ann.id, { active: false })
    const ofInactive = await resets.resetPassword(token, next)
    await resets.auth.users.update(ann.id, { active: true })
    const later = await mailLink()
    resetTables.exec(`UPDATE reset_link SET expires_at = ${Date.now() - 1}`)

    expect(later).not.toBe(token)
    expect([ofInactive, await resets.resetPassword(later, next), await resets.resetPassword('', next)]).toEqual([
      false,
      false,
      false,
    ])
    expect(await canLogIn(password)).toBe(true)
  })
})

describe('the pages of docs/reset-password.md', () => {
  interface Pages {
    readonly forgot: FetchHandler
    readonly reset: FetchHandler
  }
  let pages: Pages

  beforeEach(async () => {
    pages = await kitchen.cook<Pages>(page, 'async function answerForgot')
  })

  function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Request {
    const body = new URLSearchParams(fields).toString()
    return new Request(`http://localhost${path}`, {
      method: 'POST',
      body,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Length': String(body.length),
        ...headers,
      },
    })
  }

  async function seen(response: Response) {
    return { status: response.status, headers: [...response.headers], text: await response.text() }
  }

  it('answer alike for a user and for nobody (row 66)', async () => {
    const known = await pages.forgot(post('/forgot/', { identifier: 'ann' }))
    const unknown = await pages.forgot(post('/forgot/', { identifier: 'bob' }))

    expect(known.status).toBe(200)
    expect(await seen(known)).toEqual(await seen(unknown))
  })

  it('say 503 while what is asked for can not be noted', async () => {
    const failed = await whileLocked('app.db', () => pages.forgot(post('/forgot/', { identifier: 'ann' })))

    expect([failed.status, failed.headers.get('Retry-After')]).toEqual([503, '5'])
  })

  it('set a password and lead to the login page (row 20)', async () => {
    const token = await mailLink()
    const shown = await pages.reset(new Request(`http://localhost/reset/?token=${token}`))
    const refused = await pages.reset(post(`/reset/?token=${token}`, { password: 'short' }))
    const done = await pages.reset(post(`/reset/?token=${token}`, { password: next }))
    const again = await pages.reset(post(`/reset/?token=${token}`, { password: next }))

    expect(await shown.text()).toContain('<form method="post">')
    expect(refused.status).toBe(422)
    expect([done.status, done.headers.get('Location')]).toEqual([303, '/login/'])
    expect(again.status).toBe(410)
    expect(await canLogIn(next)).toBe(true)
  })

  it('say 503 while the database fails, and take the same link afterwards', async () => {
    const token = await mailLink()
    const failed = await whileLocked('latchkey.db', async () =>
      pages.reset(post(`/reset/?token=${token}`, { password: next })),
    )

    expect([failed.status, failed.headers.get('Retry-After')]).toEqual([503, '5'])
    expect((await pages.reset(post(`/reset/?token=${token}`, { password: next }))).status).toBe(303)
  })

  it('have nothing of the link in them, and are kept nowhere', async () => {
    const shown = await pages.reset(new Request('http://localhost/reset/?token="><script>alert(1)</script>'))

    expect(await shown.clone().text()).not.toContain('script')
    expect(shown.headers.get('Cache-Control')).toBe('no-store')
    expect(shown.headers.get('Referrer-Policy')).toBe('no-referrer')
  })

  it('refuse what another site sends, and read no more than a form', async () => {
    const elsewhere = { Origin: 'https://other.example' }
    const token = await mailLink()
    const foreign = await pages.forgot(post('/forgot/', { identifier: 'ann' }, elsewhere))
    const large = await pages.reset(post(`/reset/?token=${token}`, { password: next, padding: 'x'.repeat(20_000) }))
    const endless = new Request(`http://localhost/reset/?token=${token}`, {
      method: 'POST',
      body: new ReadableStream({}),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      duplex: 'half',
    } as RequestInit)

    expect(foreign.status).toBe(403)
    expect(large.status).toBe(422)
    expect((await pages.reset(endless)).status).toBe(422)
    expect(resetTables.prepare('SELECT typed FROM reset_wish').all()).toEqual([])
  })

  it('take ten posts of an address in a quarter of an hour', async () => {
    const statuses: number[] = []
    while (statuses.length < 11) {
      const request = post('/forgot/', { identifier: `nobody ${statuses.length}` })
      statuses.push((await pages.forgot(request, hostContext(request, '203.0.113.7'))).status)
    }

    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429])
  })
})
