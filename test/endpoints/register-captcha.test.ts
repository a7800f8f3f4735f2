import { describe, expect, it } from 'vitest'
import { type RegisterOptions, createAuth, register } from '../../src/index.ts'
import { fakeCaptcha } from '../../src/testing/index.ts'
import { type LoginApp, startLoginApp } from './login-app.ts'

const chosen = 'a password of bob'
const bob = { username: 'bob', email: 'bob@example.org', password: chosen, confirm_password: chosen }
const solved = { captcha: 'person' }

function startWith(options: RegisterOptions = {}): Promise<LoginApp> {
  return startLoginApp({ register: { captcha: fakeCaptcha(), ...options } })
}

describe('register with a CAPTCHA', () => {
  it('shows the widget in the form, before the button', async () => {
    const app = await startWith()

    const page = await (await app.fetch('/register/')).text()

    expect(page).toMatch(/<form.*id="confirm_password".*I am a person.*<button.*<\/form>/s)
  })

  it('registers who has solved it', async () => {
    const app = await startWith()

    const response = await app.postForm('/register/', { ...bob, ...solved })

    expect(response.status).toBe(303)
    expect(await app.auth.users.findByIdentifier('bob')).not.toBeNull()
  })

  it.each([{}, { captcha: '' }, { captcha: 'robot' }])('registers nobody with %j', async (token) => {
    const app = await startWith()

    const form = await app.postForm('/register/', { ...bob, ...token })
    const program = await app.postJson('/register/', { ...bob, ...token })

    expect([form.status, program.status]).toEqual([422, 422])
    expect(await form.text()).toContain('value="bob@example.org"')
    expect(await program.json()).toMatchObject({ code: 'ERR_LATCHKEY_CAPTCHA' })
    expect(await app.auth.users.findByIdentifier('bob')).toBeNull()
  })

  it('tells programs nothing of which names are taken (row 79)', async () => {
    const app = await startWith()
    const [taken, free] = await Promise.all(
      ['ann', 'bob'].map((username) => app.postJson('/register/', { ...bob, username, password: 'x' })),
    )

    expect(await taken?.text()).toBe(await free?.text())
  })

  it('is asked before hooks, which don’t see the token (row 79)', async () => {
    const seen: unknown[] = []
    const app = await startWith({
      hooks: { preRegister: [({ fields }) => void seen.push(Object.fromEntries(fields))] },
    })

    await app.postJson('/register/', { ...bob, captcha: 'robot' })
    const afterRobot = [...seen]
    await app.postJson('/register/', { ...bob, ...solved, shoe: '43' })

    expect(afterRobot).toEqual([])
    expect(seen).toEqual([{ shoe: '43' }])
  })

  it('registers nobody while the provider is down, and answers 503 (row 79)', async () => {
    const app = await startWith()

    const response = await app.postJson('/register/', { ...bob, captcha: 'unavailable' })

    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await app.auth.users.findByIdentifier('bob')).toBeNull()
  })

  it('goes on while the provider is down where the app says so', async () => {
    const app = await startWith({ captcha: { ...fakeCaptcha(), whenUnavailable: 'limit' } })

    const response = await app.postJson('/register/', { ...bob, captcha: 'unavailable' })

    expect(response.status).toBe(303)
  })

  it('can be asked of addresses that have failed to log in', async () => {
    const captcha = { ...fakeCaptcha(), when: 'suspicious' } as const
    const app = await startLoginApp({ register: { captcha }, auth: { limits: {} } })
    const before = await (await app.fetch('/register/')).text()
    await app.postJson('/login/', { username: 'x', password: 'x' })
    await app.postJson('/login/', { username: 'y', password: 'x' })
    await app.postJson('/login/', { username: 'z', password: 'x' })

    const after = await (await app.fetch('/register/')).text()

    expect(before).not.toContain('I am a person')
    expect(after).toContain('I am a person')
  })

  it('is refused in production when it is for tests (row 97)', () => {
    const auth = createAuth({ production: true, origin: 'https://app.example' })

    expect(() => register({ auth, captcha: fakeCaptcha() })).toThrow('in production')
  })
})
