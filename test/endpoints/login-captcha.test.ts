import { describe, expect, it } from 'vitest'
import {
  type AuthOptions,
  type Captcha,
  type CaptchaDetails,
  type CaptchaOption,
  sessionLogin,
} from '../../src/index.ts'
import { turnstile } from '../../src/captcha/turnstile.ts'
import { createAuth } from '../../src/index.ts'
import { fakeCaptcha } from '../../src/testing/index.ts'
import { type LoginApp, password, startLoginApp } from './login-app.ts'

const right = { username: 'ann', password }
const wrong = { username: 'ann', password: 'not this one' }
const solved = { captcha: 'person' }

function startWith(captcha: CaptchaOption, auth: Omit<AuthOptions, 'store'> = {}): Promise<LoginApp> {
  return startLoginApp({ login: { captcha }, auth })
}

async function fail(app: LoginApp, times: number, username = 'ann'): Promise<void> {
  for (let time = 0; time < times; time += 1) await app.postJson('/login/', { ...wrong, username, ...solved })
}

function isWidgetIn(page: string): boolean {
  return page.includes('I am a person')
}

describe('sessionLogin with a CAPTCHA', () => {
  it('shows the widget in the form, before the button', async () => {
    const app = await startWith(fakeCaptcha())

    const page = await (await app.fetch('/login/')).text()

    expect(page).toMatch(/<form.*id="password".*I am a person.*<button.*<\/form>/s)
  })

  it.each(['postForm', 'postJson'] as const)('logs in who has solved it (%s)', async (post) => {
    const app = await startWith(fakeCaptcha())

    const response = await app[post]('/login/', { ...right, ...solved })

    expect(response.status).toBe(303)
    expect(response.headers.getSetCookie()).toHaveLength(1)
  })

  it.each([
    ['no token', {}, 'captchaMissing', 'Please confirm that you are a person.'],
    ['an empty token', { captcha: '' }, 'captchaMissing', 'Please confirm that you are a person.'],
    [
      'a wrong token',
      { captcha: 'robot' },
      'captchaFailed',
      'That you are a person could not be confirmed. Please try again.',
    ],
  ])('refuses %s with 422 and a code of its own', async (_what, fields, code, detail) => {
    const app = await startWith(fakeCaptcha())

    const response = await app.postJson('/login/', { ...right, ...fields })

    expect(response.status).toBe(422)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await response.json()).toMatchObject({
      code: 'ERR_LATCHKEY_CAPTCHA',
      detail,
      errors: [{ field: 'captcha', code, detail }],
    })
  })

  it('refuses a token that isn’t text with 400', async () => {
    const app = await startWith(fakeCaptcha())

    const response = await app.postJson('/login/', { ...right, captcha: { person: true } })

    expect(response.status).toBe(400)
  })

  it('shows the form again with the widget, the sentence and what was typed but the password', async () => {
    const app = await startWith(fakeCaptcha())

    const response = await app.postForm('/login/', { ...right, next: '/x' })
    const page = await response.text()

    expect(response.status).toBe(422)
    expect(page).toContain('<p>Please confirm that you are a person.</p>')
    expect(page).toContain('value="ann"')
    expect(page).toContain('value="/x"')
    expect(page).not.toContain(password)
    expect(isWidgetIn(page)).toBe(true)
  })

  it('says the sentences of `texts`', async () => {
    const app = await startWith(fakeCaptcha(), { texts: { captchaMissing: 'Bist du ein Mensch?' } })

    const page = await (await app.postForm('/login/', right)).text()
    const problem: unknown = await (await app.postJson('/login/', right)).json()

    expect(page).toContain('<p>Bist du ein Mensch?</p>')
    expect(problem).toMatchObject({ detail: 'Bist du ein Mensch?' })
  })

  it('is asked before hooks and hash (row 79)', async () => {
    const called: string[] = []
    const hook = (): void => void called.push('hook')
    const verify = (token: string): boolean => {
      called.push(token)
      return token === 'person'
    }
    const hooks = { preLogin: [hook], loginSuccess: [hook], loginFailure: [hook] }
    const app = await startLoginApp({ login: { captcha: { verify, formHtml: '' }, hooks } })

    await app.postJson('/login/', { ...right, captcha: 'robot' })
    await app.postJson('/login/', { ...wrong, captcha: 'robot' })
    const afterRobots = [...called]
    await app.postJson('/login/', { ...right, captcha: 'person' })

    expect(afterRobots).toEqual(['robot', 'robot'])
    expect(called).toEqual(['robot', 'robot', 'person', 'hook', 'hook'])
  })

  it('keeps the password from being checked (row 79)', async () => {
    const auth = createAuth({ store: 'memory:' })
    let checks = 0
    const checkCandidate: typeof auth.users.checkCandidate = (...given) => {
      checks += 1
      return auth.users.checkCandidate(...given)
    }
    const counting = { ...auth, users: { ...auth.users, checkCandidate } }
    const login = sessionLogin({ auth: counting, captcha: fakeCaptcha() })
    const post = (captcha: string): Promise<Response> =>
      login(new Request('http://app.example/', { method: 'POST', body: new URLSearchParams({ ...right, captcha }) }))

    await post('robot')
    await post('')
    const checksOfRobots = checks
    await post('person')

    expect([checksOfRobots, checks]).toEqual([0, 1])
  })

  it('is asked only of a form that is filled in, since a token is good once', async () => {
    const captcha = fakeCaptcha()
    const app = await startWith(captcha)

    const response = await app.postJson('/login/', { username: 'ann', ...solved })

    expect(response.status).toBe(422)
    expect(captcha.tokens).toEqual([])
  })

  it('is not asked of another site’s form (row 37)', async () => {
    const captcha = fakeCaptcha()
    const app = await startWith(captcha)

    await app.postForm('/login/', { ...right, ...solved }, { 'sec-fetch-site': 'cross-site' })

    expect(captcha.tokens).toEqual([])
  })

  it('says the same of users that exist and that don’t, whatever the password (row 79)', async () => {
    const app = await startWith(fakeCaptcha())
    const answers = await Promise.all(
      [right, wrong, { username: 'nobody', password }].map((fields) =>
        app.postJson('/login/', { ...fields, captcha: 'robot' }),
      ),
    )

    const bodies = await Promise.all(answers.map((answer) => answer.text()))

    expect(new Set(bodies).size).toBe(1)
  })

  it('counts no failure, so that nobody is locked out by it (row 79)', async () => {
    const limits = { login: { failuresPerAccount: { points: 2, duration: 60 } } }
    const app = await startWith(fakeCaptcha(), { limits })
    await app.postJson('/login/', { ...wrong, captcha: 'robot' })
    await app.postJson('/login/', { ...wrong, captcha: 'robot' })
    await app.postJson('/login/', wrong)

    const response = await app.postJson('/login/', { ...right, ...solved })

    expect(response.status).toBe(303)
  })

  it('tells `verify` the address and the hosts of the app', async () => {
    const told: CaptchaDetails[] = []
    const captcha: Captcha = { verify: (_token, details) => told.push(details) > 0, formHtml: '' }
    const auth = { origin: ['https://app.example', 'https://www.app.example:8443'] }
    const app = await startLoginApp({ login: { captcha }, auth, address: '2001:db8::7' })

    await app.postJson('/login/', { ...right, captcha: 'x' })

    expect(told).toMatchObject([
      { address: '2001:0db8:0000:0000:0000:0000:0000:0007', hostnames: ['app.example', 'www.app.example'] },
    ])
  })

  it('adds what the widget needs to the policy of the page, and nothing without it (row 46)', async () => {
    const app = await startWith(turnstile({ siteKey: 'site-key', secret: 'secret' }))
    const plain = await startLoginApp()

    const policies = await Promise.all([app, plain].map(async ({ fetch }) => policyOf(await fetch('/login/'))))

    expect(policies[0]).toContain('script-src https://challenges.cloudflare.com;')
    expect(policies[0]).toContain('frame-src https://challenges.cloudflare.com')
    expect(policies[1]).toContain("script-src 'none';")
  })

  it('says what to do without JavaScript, unless the widget needs none', async () => {
    const app = await startWith(turnstile({ siteKey: 'site-key', secret: 'secret' }))
    const plain = await startWith(fakeCaptcha())

    const [page, plainPage] = await Promise.all([app, plain].map(async ({ fetch }) => (await fetch('/login/')).text()))

    expect(page).toMatch(/<noscript><p>.*turn on JavaScript.*<\/noscript>/)
    expect(plainPage).not.toContain('<noscript>')
  })

  it.each<[string, boolean]>([
    ['null', false],
    ['""', true],
  ])('tells a template with a widget of its own %s by whether it is needed', async (captcha, needed) => {
    const app = await startLoginApp({
      auth: { limits: {} },
      login: {
        captcha: { verify: () => true, when: 'suspicious' },
        template: (context) => JSON.stringify(context.captcha),
      },
    })
    await fail(app, needed ? 3 : 0)

    expect(await (await app.fetch('/login/')).text()).toBe(captcha)
  })

  it('gives a template the widget', async () => {
    const app = await startLoginApp({
      login: { captcha: fakeCaptcha(), template: ({ captcha }) => `<form>${captcha}</form>` },
    })

    const page = await (await app.fetch('/login/')).text()

    expect(isWidgetIn(page)).toBe(true)
  })
})

describe('a CAPTCHA of the app’s own', () => {
  class Checker {
    readonly expected = 'person'
    verify(token: string): boolean {
      return token === this.expected
    }
  }
  const checker = new Checker()
  const template = (): string => '<form></form>'

  it.each<[string, CaptchaOption]>([
    ['a function', (token) => token === 'person'],
    ['an asynchronous function', async (token) => token === 'person'],
    ['a bound method', checker.verify.bind(checker)],
    ['an object with a method', checker],
  ])('can be %s, which is asked', async (_what, captcha) => {
    const app = await startLoginApp({ login: { captcha, template } })

    const refused = await app.postJson('/login/', { ...right, captcha: 'robot' })
    const accepted = await app.postJson('/login/', { ...right, captcha: 'person' })

    expect([refused.status, accepted.status]).toEqual([422, 303])
  })

  it.each<[string, unknown]>([
    ['`false`', false],
    ['a string', 'turnstile'],
    ['an object without verify', { formHtml: '' }],
    ['a class', Checker],
    ['a verify that is none', { verify: true }],
    ['a wrong `when`', { ...fakeCaptcha(), when: 'never' }],
    ['a wrong `whenUnavailable`', { ...fakeCaptcha(), whenUnavailable: 'allow' }],
    ['a wrong `timeout`', { ...fakeCaptcha(), timeout: 0 }],
    ['a wrong `tokenField`', { ...fakeCaptcha(), tokenField: '' }],
    ['a wrong `formHtml`', { ...fakeCaptcha(), formHtml: 1 }],
    ['wrong sources', { ...fakeCaptcha(), csp: { 'script-src': 'x' } }],
    ['no widget, and no template that could have it', () => true],
  ])('is never %s', (_what, captcha) => {
    const create = (): unknown => sessionLogin({ auth: createAuth(), captcha: captcha as CaptchaOption })

    expect(create).toThrow(expect.objectContaining({ code: 'ERR_LATCHKEY_CONFIG' }))
  })

  it.each([undefined, null, 'yes', 1, { success: true }])('lets nobody in by answering %j', async (answer) => {
    const app = await startWith({ verify: () => answer as unknown as boolean, formHtml: '' })

    const response = await app.postJson('/login/', { ...right, ...solved })

    expect(response.status).toBe(500)
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('is refused in production when it is for tests (row 97)', () => {
    const auth = createAuth({ production: true, origin: 'https://app.example' })
    const testKeys = turnstile({ siteKey: '1x00000000000000000000AA', secret: 'secret' })

    expect(() => sessionLogin({ auth, captcha: fakeCaptcha() })).toThrow('in production')
    expect(() => sessionLogin({ auth, captcha: testKeys })).toThrow('in production')
  })
})

describe('a CAPTCHA that is asked when tries are suspicious', () => {
  const suspicious = (): Captcha => ({ ...fakeCaptcha(), when: 'suspicious' })
  const auth = (): AuthOptions => ({ limits: {} })

  it('is neither shown nor asked at first', async () => {
    const app = await startWith(suspicious(), auth())

    const page = await (await app.fetch('/login/')).text()
    const response = await app.postJson('/login/', right)

    expect(isWidgetIn(page)).toBe(false)
    expect(response.status).toBe(303)
  })

  it('is shown to an address that has failed', async () => {
    const app = await startWith(suspicious(), auth())
    await fail(app, 3, 'somebody')

    const page = await (await app.fetch('/login/')).text()

    expect(isWidgetIn(page)).toBe(true)
  })

  it('is shown with the failure that makes it needed', async () => {
    const app = await startWith(suspicious(), auth())
    await fail(app, 2)

    const page = await (await app.postForm('/login/', wrong)).text()

    expect(isWidgetIn(page)).toBe(true)
  })

  it.each(['ann', 'nobody'])(
    'is asked for the account %s from any address, and then shown with a sentence',
    async (username) => {
      const app = await startWith(suspicious(), { limits: {} })
      await failFromElsewhere(app, username)

      const before = await (await app.fetch('/login/')).text()
      const response = await app.postForm('/login/', { username, password })
      const page = await response.text()

      expect(isWidgetIn(before)).toBe(false)
      expect(response.status).toBe(422)
      expect(page).toContain('Please confirm that you are a person.')
      expect(isWidgetIn(page)).toBe(true)
    },
  )

  it.each(['suspicious', 'always'] as const)(
    'tells nobody which address is whose: asked for %s, after guesses by the name (B8)',
    async (when) => {
      const app = await startWith({ ...fakeCaptcha(), when, whenUnavailable: 'limit' }, { limits: {} })
      await failFromElsewhere(app, 'ann')
      await failFromElsewhere(app, 'nobody')
      const fields = when === 'always' ? { captcha: 'unavailable' } : {}
      const statusOf = async (username: string): Promise<number> =>
        (await app.postJson('/login/', { username, password: 'wrong password', ...fields })).status

      expect(await statusOf('ann@example.org')).toBe(401)
      expect(await statusOf('nobody@example.org')).toBe(401)
    },
  )

  it('is no longer asked after a login', async () => {
    const app = await startWith(suspicious(), { limits: {} })
    await failFromElsewhere(app, 'ann')

    const refused = await app.postJson('/login/', right)
    const solvedIt = await app.postJson('/login/', { ...right, ...solved })
    const afterwards = await app.postJson('/login/', right)

    expect([refused.status, solvedIt.status, afterwards.status]).toEqual([422, 303, 303])
  })

  it('needs a throttle, which counts the failures', () => {
    const create = (): unknown => sessionLogin({ auth: createAuth({ limits: null }), captcha: suspicious() })

    expect(create).toThrow('throttle')
  })
})

describe('a CAPTCHA whose provider is down', () => {
  const down = { captcha: 'unavailable' }

  it('lets a login go on, and tells the app (row 79)', async () => {
    const app = await startWith(fakeCaptcha(), { limits: {} })

    const response = await app.postJson('/login/', { ...right, ...down })

    expect(response.status).toBe(303)
    expect(app.events).toContainEqual(
      expect.objectContaining({ type: 'error', error: new Error('The fake CAPTCHA is out of order.') }),
    )
  })

  it('lets no suspicious login go on: its limit is stricter (row 79)', async () => {
    const app = await startWith(fakeCaptcha(), { limits: {} })
    await fail(app, 3)

    const response = await app.postJson('/login/', { ...right, ...down })

    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('lets nobody log in where the app says so', async () => {
    const app = await startWith({ ...fakeCaptcha(), whenUnavailable: 'refuse' })

    const response = await app.postForm('/login/', { ...right, ...down })

    expect(response.status).toBe(503)
    expect(isWidgetIn(await response.text())).toBe(true)
  })

  it.each<[string, Captcha['verify']]>([
    ['never answers', () => new Promise(() => undefined)],
    [
      'heeds the signal',
      (_token, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
    ],
  ])('is given up when it %s in time (row 79)', async (_what, verify) => {
    const app = await startWith({ verify, formHtml: '', timeout: 0.05, whenUnavailable: 'refuse' })

    const response = await app.postJson('/login/', { ...right, ...solved })

    expect(response.status).toBe(503)
  })

  it('tells no event the token or the password (row 93)', async () => {
    const app = await startWith(fakeCaptcha())
    await app.postJson('/login/', { ...right, captcha: 'token-canary' })
    await app.postJson('/login/', { ...right, ...down })

    expect(JSON.stringify(app.events)).not.toMatch(/token-canary|correct horse/)
    expect(app.events.map(({ type, reason }) => [type, reason])).toContainEqual(['refused', 'ERR_LATCHKEY_CAPTCHA'])
  })
})

function policyOf(response: Response): string {
  return response.headers.get('content-security-policy') ?? ''
}

async function failFromElsewhere({ auth }: LoginApp, username: string): Promise<void> {
  const { accountKey, nameKey } = await auth.users.findCandidate(username)
  const attempt = { address: { narrow: '198.51.100.9', wide: '198.51.100.9' }, accountKey, nameKey }
  for (let time = 0; time < 3; time += 1) await auth.throttle.attempt('login', attempt, async () => ({ ok: false }))
}
