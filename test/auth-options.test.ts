import { afterEach, describe, expect, it, vi } from 'vitest'
import { type AuthEvent, type AuthOptions, ConfigError, createAuth, days, hours, sessionLogin } from '../src/index.ts'
import { altcha } from '../src/captcha/altcha.ts'
import { memoryStore } from '../src/stores/memory.ts'
import { sqliteStore } from '../src/stores/sqlite.ts'
import { startLoginApp } from './endpoints/login-app.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const inProduction = { production: true, origin: 'https://app.example', store: 'sqlite:latchkey.db' } as const

/** Numbers that mean nothing as a length of time, and what isn't a number. */
const noExpiries = [
  1e300,
  Number.MAX_SAFE_INTEGER,
  days(400) + 1,
  Infinity,
  Number.NaN,
  0,
  0.5,
  -1,
  -1e300,
  '3600',
  null,
  [3600],
]
const noFlags = ['true', 'false', '', 0, 1, null, {}]
const noObjects = [true, 'x', 7, null]

const wrong: Readonly<Record<keyof AuthOptions, readonly unknown[]>> = {
  store: [null, 7, true, {}, { users: {} }, '', 'users.db', ['memory:']],
  sessionsUrl: [7, true, {}, 'memory:', 'cache.example'],
  cookieName: [null, 7, '', 'a b', 'x'.repeat(100), '__Secure-id'],
  sessionExpiry: noExpiries,
  maxSessionExpiry: noExpiries,
  origin: [null, 7, true, {}, [7], 'app.example', 'ftp://app.example', ['https://app.example', 'http://app.example']],
  production: noFlags,
  trustedProxies: [
    null,
    true,
    '127.0.0.1',
    {},
    [7],
    [null],
    ['nginx'],
    ['10.0.0.0/33'],
    ['10.0.0.0/-1'],
    ['10.0.0.0/1e1'],
  ],
  passwordPolicy: [
    null,
    7,
    'strong',
    { minimumLength: Number.NaN },
    { minimumLength: Infinity },
    { minimumLength: 8.5 },
  ],
  limits: [true, false, 'off', 7],
  counters: [true, 'redis://cache.example', 7, {}],
  links: [...noObjects, { login: 7 }, { login: 'javascript:alert(1)' }],
  texts: [
    ...noObjects,
    { greeting: 'Hi' },
    { loginTitle: 7 },
    { loginTitle: { other: 'Login' } },
    { passwordTooShort: { one: 'Too short.' } },
    { passwordTooShort: { other: 'Too short.', some: 'Too short.' } },
    { passwordTooShort: { other: 7 } },
    { language: 'de_DE' },
    { language: '' },
    { language: {} },
  ],
  onEvent: [null, true, 'print', {}],
  clock: [null, true, {}, new Date(0), { now: () => new Date(0) }],
}
const walk = Object.entries(wrong).flatMap(([name, values]) => values.map((value) => ({ name, value })))

describe('createAuth', () => {
  it.each(walk)('refuses $name: $value by a ConfigError (B10)', ({ name, value }) => {
    expect(() => createAuth({ store: memoryStore(), [name]: value })).toThrow(ConfigError)
  })

  it.each(Object.keys(wrong))('takes %s: undefined for its default', (name) => {
    vi.stubEnv('DATABASE_URL', 'memory:')

    expect(() => createAuth({ [name]: undefined })).not.toThrow()
  })

  it('says where sentences by the code of an error have gone', () => {
    const options: object = { texts: { errors: { ERR_LATCHKEY_LOGIN_FAILED: 'Nein.' } } }

    expect(() => createAuth({ store: memoryStore(), ...options })).toThrow(/loginFailed/)
  })

  it('takes texts that are undefined for the English ones', () => {
    const options: object = { texts: { loginTitle: undefined, loginButton: 'Anmelden' } }
    const {
      wiring: { texts },
    } = createAuth({ store: memoryStore(), ...options })

    expect([texts.loginTitle, texts.loginButton]).toEqual(['Login', 'Anmelden'])
  })

  it('lets sessions last as long as browsers keep cookies, and no longer (B10)', async () => {
    const app = await startLoginApp({ auth: { sessionExpiry: days(400), maxSessionExpiry: days(400) } })
    const response = await app.postForm('/login/', { username: 'ann', password: 'correct horse battery' })

    expect(response.headers.getSetCookie()).toContainEqual(expect.stringContaining('Max-Age=34560000;'))
  })
})

describe('createAuth in production', () => {
  const refused: readonly [what: string, options: AuthOptions, sentence: RegExp][] = [
    ['memory by its URL', { store: 'memory:' }, /kept in memory.*Set store/],
    ['SQLite in memory by its URL', { store: 'sqlite::memory:' }, /kept in memory/],
    ['the memory store', { store: memoryStore() }, /kept in memory/],
    ['SQLite in memory', { store: sqliteStore({ path: ':memory:' }) }, /kept in memory/],
    ['users in memory, whatever else a store is made of', { store: { ...memoryStore() } }, /kept in memory/],
    ...['0.0.0.0/0', '::/0', '128.0.0.0/1', '::ffff:0.0.0.0/0', '10.0.0.0/7', '2000::/3', '2a00::/7', '::/1'].map(
      (range): [string, AuthOptions, RegExp] => [range, { trustedProxies: ['127.0.0.1', range] }, /holds clients/],
    ),
  ]

  it.each(refused)('doesn’t start with %s (row 97, B10)', (_what, options, sentence) => {
    const create = (): unknown => createAuth({ ...inProduction, ...options })

    expect(create).toThrow(ConfigError)
    expect(create).toThrow(sentence)
  })

  it('doesn’t start with what the environment says of it, either (row 97, B10)', () => {
    vi.stubEnv('NODE_ENV', 'production')
    vi.stubEnv('ORIGIN', 'https://app.example')
    vi.stubEnv('DATABASE_URL', 'memory:')
    expect(() => createAuth()).toThrow(/DATABASE_URL/)

    vi.stubEnv('DATABASE_URL', 'sqlite:latchkey.db')
    vi.stubEnv('TRUSTED_PROXIES', '0.0.0.0/0')
    expect(() => createAuth()).toThrow(/0\.0\.0\.0\/0/)
  })

  it.each(['unix:', '10.0.0.0/8', '172.16.0.0/12', '127.0.0.1', 'fc00::/7', 'fe80::/10', '2001:db8::/32'])(
    'takes %s for proxies alone',
    (range) => {
      expect(() => createAuth({ ...inProduction, trustedProxies: [range] })).not.toThrow()
    },
  )

  it('tells that nothing limits guesses, where that is meant (row 97, B10)', () => {
    const events: AuthEvent[] = []
    const onEvent = (event: AuthEvent): void => void events.push(event)
    createAuth({ ...inProduction, onEvent })
    createAuth({ ...inProduction, limits: null, onEvent })

    expect(events).toMatchObject([{ type: 'unsafe_setup', reason: 'no_limits' }])
  })

  it('takes no CAPTCHA whose key was typed for a test (row 97, B10)', () => {
    const captcha = altcha({ hmacKey: '0123'.repeat(8) })

    expect(() => sessionLogin({ auth: createAuth(inProduction), captcha })).toThrow('in production')
    expect(() => sessionLogin({ auth: createAuth({ store: memoryStore() }), captcha })).not.toThrow()
  })
})

describe('createAuth for tests and development', () => {
  it('takes all of it, and tells nothing', () => {
    const events: AuthEvent[] = []
    const shared = {
      limits: null,
      trustedProxies: ['0.0.0.0/0', '::/0'],
      onEvent: (event: AuthEvent) => void events.push(event),
    }
    for (const store of ['memory:', 'sqlite::memory:', memoryStore(), sqliteStore({ path: ':memory:' })]) {
      expect(() => createAuth({ ...shared, store, sessionExpiry: hours(1) })).not.toThrow()
    }

    expect(events).toEqual([])
  })
})
