import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hcaptcha } from '../../src/captcha/hcaptcha.ts'
import { recaptcha } from '../../src/captcha/recaptcha.ts'
import { turnstile } from '../../src/captcha/turnstile.ts'
import type { Captcha, CaptchaDetails } from '../../src/index.ts'
import { type ProviderServer, startProvider } from './provider-server.ts'

const secret = 'the-secret-of-the-site'
const details: CaptchaDetails = {
  address: '203.0.113.7',
  hostnames: ['app.example'],
  signal: AbortSignal.timeout(60_000),
}
const providers = { hcaptcha, recaptcha, turnstile }

let server: ProviderServer

beforeAll(async () => {
  server = await startProvider()
})

afterAll(async () => {
  await server.close()
})

function create(name: keyof typeof providers, options: { hostnames?: string[] } = {}): Captcha {
  return providers[name]({ siteKey: 'site-key', secret, verifyUrl: server.url, ...options })
}

describe.each(['hcaptcha', 'recaptcha', 'turnstile'] as const)('%s', (name) => {
  it('takes a token once (row 79)', async () => {
    const captcha = create(name)
    const token = `good-${name}`

    const results = [await captcha.verify(token, details), await captcha.verify(token, details)]

    expect(results).toEqual([true, false])
  })

  it('sends a form with secret, token and address, and nothing else but its site key', async () => {
    await create(name).verify(`good-${name}-form`, details)

    const sent = server.requests.at(-1)
    expect(sent?.type).toMatch(/^application\/x-www-form-urlencoded/)
    expect(Object.fromEntries(sent?.body ?? [])).toEqual({
      secret,
      response: `good-${name}-form`,
      remoteip: '203.0.113.7',
      ...(name === 'hcaptcha' && { sitekey: 'site-key' }),
    })
  })

  it('sends no address where none is known', async () => {
    await create(name).verify('any', { ...details, address: null })

    expect(server.requests.at(-1)?.body.has('remoteip')).toBe(false)
  })

  it('refuses a token of another host than the app’s (row 79)', async () => {
    const captcha = create(name)

    expect(await captcha.verify('elsewhere', details)).toBe(false)
  })

  it('refuses a token of another host than its own option’s (row 79)', async () => {
    const captcha = create(name, { hostnames: ['login.example'] })

    expect(await captcha.verify(`good-${name}-hosts`, details)).toBe(false)
  })

  it('takes a token of any host where the app says none', async () => {
    const captcha = create(name)

    expect(await captcha.verify('elsewhere', { ...details, hostnames: [] })).toBe(true)
  })

  it.each([
    'invalid-input-response',
    'timeout-or-duplicate',
    'invalid-or-already-seen-response',
    'bad-request',
    // A client can send the token of another site, or of the provider's tests.
    'sitekey-secret-mismatch',
    'not-using-dummy-secret',
    'not-using-dummy-passcode',
  ])('refuses a token with the code %s', async (code) => {
    expect(await create(name).verify(`code:${code}`, details)).toBe(false)
  })

  it.each(['code:invalid-input-secret', 'code:missing-input-secret', 'code:internal-error'])(
    'can’t tell with the %s, and doesn’t say its secret (row 93)',
    async (token) => {
      const verifying = Promise.resolve(create(name).verify(token, details))

      await expect(verifying).rejects.toThrow(/can't verify tokens/)
      await expect(verifying).rejects.not.toThrow(secret)
    },
  )

  it.each(['status-500', 'text', 'list', 'success-as-text', 'redirect'])(
    'can’t tell from the answer %s',
    async (token) => {
      await expect(Promise.resolve(create(name).verify(token, details))).rejects.toThrow(/can be read|fetch failed/)
    },
  )

  it('follows no redirect, which would take the secret along', async () => {
    await Promise.resolve(create(name).verify('redirect', details)).catch(() => undefined)

    expect(server.requests.at(-1)?.body.get('response')).toBe('redirect')
  })

  it('stops waiting when the time is up', async () => {
    const verifying = create(name).verify('slow', { ...details, signal: AbortSignal.timeout(50) })

    await expect(Promise.resolve(verifying)).rejects.toThrow(/timeout/)
  })

  // What stands in front of a provider may answer such with a page of its own, which looks like an outage.
  const attacks = ['<script>alert(1)</script>', "'OR(1=1)--", '../../etc/passwd', '${jndi:ldap://x}', '%00', '|id;']

  it.each(['a b', 'a\nb', 'é', 'x'.repeat(8_193), ...attacks])(
    'asks nobody about a token that can be none: %j',
    async (token) => {
      const before = server.requests.length

      expect(await create(name).verify(token, details)).toBe(false)
      expect(server.requests).toHaveLength(before)
    },
  )

  it.each([
    [{ siteKey: '', secret }, 'siteKey'],
    [{ siteKey: '"><script>', secret }, 'siteKey'],
    [{ siteKey: 'site-key', secret: '' }, 'secret'],
    [{ siteKey: 'site-key', secret, hostnames: 'app.example' as unknown as string[] }, 'hostnames'],
    [{ siteKey: 'site-key', secret, verifyUrl: '/siteverify' }, 'verifyUrl'],
  ])('refuses the options %j (row 97)', (options, named) => {
    expect(() => providers[name](options)).toThrow(expect.objectContaining({ code: 'ERR_LATCHKEY_CONFIG' }))
    expect(() => providers[name](options)).toThrow(named)
  })
})

describe('turnstile', () => {
  it('takes a token of its own action alone (row 79)', async () => {
    const options = { siteKey: 'site-key', secret, verifyUrl: server.url }
    const ofLogin = turnstile({ ...options, action: 'login' })
    const ofRegister = turnstile({ ...options, action: 'register' })

    expect(await ofLogin.verify('of-login', details)).toBe(true)
    expect(await ofRegister.verify('of-login', details)).toBe(false)
    expect(ofLogin.formHtml).toContain('data-action="login"')
  })

  it('refuses an action that can’t stand in a page', () => {
    expect(() => turnstile({ siteKey: 'site-key', secret, action: '"><script>' })).toThrow('action')
  })
})

describe('test keys', () => {
  it.each([
    ['hcaptcha', '10000000-ffff-ffff-ffff-000000000001', '0x0000000000000000000000000000000000000000'],
    ['recaptcha', '6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI', '6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe'],
    ['turnstile', '1x00000000000000000000AA', '1x0000000000000000000000000000000AA'],
  ] as const)('of %s are known as such, each alone, and take any host', async (name, siteKey, testSecret) => {
    const captcha = providers[name]({ siteKey, secret: testSecret, verifyUrl: server.url })

    expect(captcha.testOnly).toBe(true)
    expect(providers[name]({ siteKey, secret }).testOnly).toBe(true)
    expect(providers[name]({ siteKey: 'site-key', secret: testSecret }).testOnly).toBe(true)
    expect(providers[name]({ siteKey: 'site-key', secret }).testOnly).toBe(false)
    expect(await captcha.verify('elsewhere', details)).toBe(true)
  })
})
