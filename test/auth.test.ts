import { afterEach, describe, expect, it, vi } from 'vitest'
import { ConfigError, createAuth, hours, sessionLogin, sessionLogout } from '../src/index.ts'
import { memoryStore } from '../src/stores/memory.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('createAuth', () => {
  const wrong: [what: string, options: object, cure: RegExp][] = [
    ['an unknown option', { cookie: 'id' }, /no option "cookie".*cookieName/],
    ['an unknown kind of store', { store: 'mongodb://user:secret@host/db' }, /sqlite:/],
    ['a session that may not last as long as it is idle', { maxSessionExpiry: hours(1) }, /maxSessionExpiry/],
    ['an expiry that is no number', { sessionExpiry: Number.NaN }, /numbers of seconds/],
    ['a cookie name with attributes (row 29)', { cookieName: 'a; Max-Age=1' }, /cookieName/],
    ['a cookie name with a prefix', { cookieName: '__Host-id' }, /prefixes/],
    ['production without an origin (row 26)', { production: true }, /set origin \(or ORIGIN\)/],
    ['production over http (row 26)', { production: true, origin: 'http://app.example' }, /https/],
    ['an origin with a path (row 41)', { origin: 'https://app.example/a' }, /origin/],
    ['a wildcard (row 41)', { origin: 'https://*.app.example' }, /origin/],
    ['a proxy that is no address', { trustedProxies: ['nginx'] }, /trustedProxies/],
    ['an unknown link', { links: { signup: '/x' } }, /signup/],
    ['an unknown password policy', { passwordPolicy: 'strong' }, /passwordPolicy/],
  ]

  it.each(wrong)('refuses %s with a ConfigError that names the cure (row 97)', (_what, options, cure) => {
    // The table holds what the types forbid, too.
    const create = (): unknown => createAuth({ store: memoryStore(), ...options })

    expect(create).toThrow(ConfigError)
    expect(create).toThrow(cure)
  })

  it('never repeats a database URL, which may hold a password (row 93)', () => {
    expect(() => createAuth({ store: 'mongodb://user:secret@host/db' })).not.toThrow(/secret/)
  })

  it('takes what it isn’t told from the environment', () => {
    vi.stubEnv('ORIGIN', 'https://one.example, https://two.example')

    const auth = createAuth({ store: memoryStore() })

    expect(auth.origins).toEqual(['https://one.example', 'https://two.example'])
    expect(auth.cookie.name).toBe('__Host-id')
  })

  it('is in production where NODE_ENV says so', () => {
    vi.stubEnv('NODE_ENV', 'production')

    expect(() => createAuth({ store: memoryStore() })).toThrow(/In production/)
  })

  it('opens nothing', () => {
    const opened: string[] = []
    const store = { ...memoryStore(), open: async () => void opened.push('open') }

    createAuth({ store })

    expect(opened).toEqual([])
  })

  it('tells at `ready` what is wrong with a database', async () => {
    const auth = createAuth({ store: 'sqlite:/no/such/folder/latchkey.db' })

    await expect(auth.ready()).rejects.toThrow(ConfigError)
  })

  it('closes without a fault while opening fails', async () => {
    const opening = Promise.withResolvers<void>()
    const auth = createAuth({ store: { ...memoryStore(), open: () => opening.promise } })
    const ready = auth.ready()
    const closed = auth.close()
    opening.reject(new ConfigError('Not today.'))

    await expect(ready).rejects.toThrow('Not today.')
    await expect(closed).resolves.toBeUndefined()
  })

  it('opens nothing again to clean up once it is closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const opened: string[] = []
    const opening = Promise.withResolvers<void>()
    const store = { ...memoryStore(), open: () => (opened.push('open'), opening.promise) }
    const auth = createAuth({ store })
    const ready = auth.ready()
    const closed = auth.close()
    opening.resolve()
    await Promise.all([ready, closed])
    await vi.advanceTimersByTimeAsync(hours(1) * 1000)
    vi.useRealTimers()

    expect(opened).toEqual(['open'])
  })

  it('tells what was wrong at opening, whatever is wrong at closing after it', async () => {
    const store = {
      ...memoryStore(),
      open: () => Promise.reject(new ConfigError('Not today.')),
      close: () => Promise.reject(new Error('There is nothing to close.')),
    }

    await expect(createAuth({ store }).ready()).rejects.toThrow('Not today.')
  })

  it('tries to open again after it failed', async () => {
    let tries = 0
    const store = {
      ...memoryStore(),
      open: async () => {
        tries += 1
        if (tries === 1) throw new ConfigError('Not yet.')
      },
    }
    const auth = createAuth({ store, onEvent: () => undefined })

    await expect(auth.users.findById('x')).rejects.toThrow('busy')
    expect(await auth.users.findById('x')).toBeNull()
  })
})

describe('endpoints', () => {
  it.each([
    ['sessionLogin', { redirectTo: 'private' }],
    ['sessionLogin', { redirectTo: '//evil.example' }],
    ['sessionLogin', { redirectTo: 'javascript:alert(1)' }],
    ['sessionLogout', { redirectTo: '\\' }],
  ])('%s refuses %o at creation', (name, options) => {
    const auth = createAuth({ store: memoryStore() })
    const endpoint = name === 'sessionLogin' ? sessionLogin : sessionLogout

    expect(() => endpoint({ auth, ...options })).toThrow(/redirectTo must be a path/)
  })
})
