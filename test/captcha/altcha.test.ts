import { setTimeout as pause } from 'node:timers/promises'
import { type Challenge, solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { describe, expect, it } from 'vitest'
import { type AltchaOptions, altcha } from '../../src/captcha/altcha.ts'
import type { Captcha, CaptchaDetails } from '../../src/index.ts'
import { password, startLoginApp } from '../endpoints/login-app.ts'

const hmacKey = 'a key for these tests, and for no other'
const details: CaptchaDetails = { address: null, hostnames: [], signal: AbortSignal.timeout(60_000) }

/** With next to no work to do. */
function create(options: Partial<AltchaOptions> = {}): Captcha {
  return altcha({ hmacKey, cost: 1, ...options })
}

async function get(captcha: Captcha, query: string): Promise<Response | null> {
  return (await captcha.serve?.(new Request(`http://app.example/login/${query}`))) ?? null
}

function versionOf({ formHtml = '' }: Captcha): string {
  return /&amp;v=([\w-]+)/.exec(formHtml)?.[1] ?? ''
}

async function fetchChallenge(captcha: Captcha): Promise<Challenge> {
  const response = await get(captcha, '?altcha=challenge')
  // Typed by the library that both sides use.
  return (await response?.json()) as Challenge
}

async function solve(challenge: Challenge): Promise<{ challenge: Challenge; solution: object | null }> {
  return { challenge, solution: await solveChallenge({ challenge, deriveKey }) }
}

function toToken(payload: unknown): string {
  return Buffer.from(JSON.stringify(payload)).toString('base64')
}

async function solvedToken(captcha: Captcha): Promise<string> {
  return toToken(await solve(await fetchChallenge(captcha)))
}

describe('altcha', () => {
  it('takes a solved challenge', async () => {
    const captcha = create()

    expect(await captcha.verify(await solvedToken(captcha), details)).toBe(true)
  })

  it('takes a solution once, of twenty at the same time too (row 79)', async () => {
    const captcha = create()
    const token = await solvedToken(captcha)

    const results = await Promise.all(Array.from({ length: 20 }, async () => captcha.verify(token, details)))
    const later = await captcha.verify(token, details)

    expect(results.filter((result) => result)).toHaveLength(1)
    expect(later).toBe(false)
  })

  it('takes no solution twice that is written in another way', async () => {
    const captcha = create()
    const { challenge, solution } = await solve(await fetchChallenge(captcha))
    await captcha.verify(toToken({ challenge, solution }), details)
    const { parameters, signature = '' } = challenge
    const reordered = Object.fromEntries(Object.entries(parameters).toReversed())

    const results = await Promise.all(
      [
        { solution, challenge },
        { challenge: { ...challenge, extra: 1 }, solution: { ...solution, time: 7 } },
        { challenge: { parameters: reordered, signature }, solution },
        { challenge: { parameters, signature: signature.toUpperCase() }, solution },
        { challenge: { parameters: { ...parameters, nonce: parameters.nonce.toUpperCase() }, signature }, solution },
      ].map(async (payload) => captcha.verify(toToken(payload), details)),
    )

    expect(results).toEqual([false, false, false, false, false])
  })

  it('takes the solutions of another process with the same key, and of none with another key', async () => {
    const captcha = create()
    const sameKey = create()
    const otherKey = create({ hmacKey: 'another key, just as long as the first' })
    const token = await solvedToken(captcha)

    expect(await otherKey.verify(token, details)).toBe(false)
    expect(await sameKey.verify(token, details)).toBe(true)
  })

  it('leaves it to `claim`, where there is one, to take a solution once', async () => {
    const claimed: [string, Date][] = []
    const claim = async (id: string, expiresAt: Date): Promise<boolean> => {
      claimed.push([id, expiresAt])
      return claimed.filter(([other]) => other === id).length === 1
    }
    const [first, second] = [create({ claim }), create({ claim })]
    const token = await solvedToken(first)

    const results = [await first.verify(token, details), await second.verify(token, details)]

    expect(results).toEqual([true, false])
    expect(claimed[0]?.[1].getTime()).toBeGreaterThan(Date.now() + 1_190_000)
  })

  it('takes no solution after its expiry', async () => {
    const captcha = create({ expiry: 1 })
    const token = await solvedToken(captcha)
    await pause(2_100)

    expect(await captcha.verify(token, details)).toBe(false)
  })

  it.each<[string, (challenge: Challenge) => object]>([
    ['easier', (challenge) => ({ ...challenge, parameters: { ...challenge.parameters, keyPrefix: '0' } })],
    ['longer valid', (challenge) => ({ ...challenge, parameters: { ...challenge.parameters, expiresAt: 2e9 } })],
    ['signed by nobody', ({ parameters }) => ({ parameters, signature: '' })],
    ['signed by somebody', ({ parameters }) => ({ parameters, signature: '0'.repeat(64) })],
  ])('takes no challenge that is made %s', async (_how, forge) => {
    const captcha = create()
    const { challenge, solution } = await solve(await fetchChallenge(captcha))

    expect(await captcha.verify(toToken({ challenge: forge(challenge), solution }), details)).toBe(false)
  })

  it.each<[string, (challenge: Challenge) => unknown]>([
    ['no JSON', () => '{'],
    ['null', () => null],
    ['a list', () => []],
    ['no solution', (challenge) => ({ challenge })],
    ['a wrong solution', (challenge) => ({ challenge, solution: { counter: 1, derivedKey: '00'.repeat(32) } })],
    ['a counter that is none', (challenge) => ({ challenge, solution: { counter: -1, derivedKey: '00' } })],
    ['a huge counter', (challenge) => ({ challenge, solution: { counter: 1e300, derivedKey: '00' } })],
    ['a key that is none', (challenge) => ({ challenge, solution: { counter: 1, derivedKey: [] } })],
    [
      'an algorithm that isn’t there',
      (challenge) => ({ challenge, solution: { counter: 1, derivedKey: '00' }, hmacAlgorithm: 'none' }),
    ],
    [
      'a key of its own',
      (challenge) => ({ challenge, solution: { counter: 1, derivedKey: '00' }, hmacKeySignatureSecret: '' }),
    ],
    ['no parameters', ({ signature }) => ({ challenge: { signature }, solution: { counter: 1, derivedKey: '00' } })],
    [
      'a signature that is a list',
      ({ parameters }) => ({
        challenge: { parameters, signature: Array.from({ length: 64 }, () => '0') },
        solution: { counter: 1, derivedKey: '00' },
      }),
    ],
    [
      'more members than a challenge has (A4)',
      ({ parameters, signature }) => ({
        challenge: {
          parameters: {
            ...parameters,
            ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`more${index}`, 0])),
          },
          signature,
        },
        solution: { counter: 1, derivedKey: '00' },
      }),
    ],
    [
      'nested parameters',
      ({ parameters, signature }) => ({
        challenge: { parameters: { ...parameters, data: [[[]]] }, signature },
        solution: { counter: 1, derivedKey: '00' },
      }),
    ],
  ])('refuses %s, and never throws, which would look like an outage', async (_what, make) => {
    const captcha = create()
    const payload = make(await fetchChallenge(captcha))

    expect(await captcha.verify(toToken(payload), details)).toBe(false)
  })

  it.each(['', 'x', '====', 'e30=', '{}', 'W1tb'.repeat(3_000)])('refuses the token %j', async (token) => {
    expect(await create().verify(token, details)).toBe(false)
  })

  it('makes challenges that are never kept, each another', async () => {
    const captcha = create()
    const first = await fetchChallenge(captcha)
    const second = await fetchChallenge(captcha)

    expect(first.parameters.nonce).not.toBe(second.parameters.nonce)
    expect(JSON.stringify(first)).not.toContain(hmacKey)
  })

  it.each(['widget', 'language', 'start', 'worker'])('serves its script %s, to be kept', async (name) => {
    const captcha = create()
    const response = await get(captcha, `?altcha=${name}&v=${versionOf(captcha)}`)

    expect(response?.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response?.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })

  // Kept, it would stand for what another version has at that address: while one takes the place of the other, or
  // because somebody asked for it before there was one.
  it.each(['', '&v=', '&v=AAAAAAAAAA'])(
    'lets nobody keep a script by an address that ends in %j (row 44)',
    async (end) => {
      const response = await get(create(), `?altcha=worker${end}`)

      expect(response?.status).toBe(200)
      expect(response?.headers.get('cache-control')).toBeNull()
    },
  )

  it.each(['', '?next=/x', '?altcha=', '?altcha=../../package.json', '?altcha=toString'])(
    'leaves GET %j to the page',
    async (query) => {
      expect(await get(create(), query)).toBeNull()
    },
  )

  it('speaks the language that is asked for', async () => {
    const response = await get(create({ language: 'fr-fr' }), '?altcha=language')

    expect(await response?.text()).toContain('Je ne suis pas un robot')
  })

  it.each<[string, Partial<AltchaOptions>, string]>([
    ['a short key', { hmacKey: 'short' }, 'hmacKey'],
    ['a cost of nothing', { cost: 0 }, 'cost'],
    ['no expiry', { expiry: 0 }, 'expiry'],
    ['a language that isn’t there', { language: 'xx' }, 'language'],
    ['a language that is a path', { language: '../../package' }, 'language'],
  ])('refuses %s (row 97)', (_what, options, named) => {
    expect(() => create(options)).toThrow(expect.objectContaining({ code: 'ERR_LATCHKEY_CONFIG' }))
    expect(() => create(options)).toThrow(named)
  })
})

describe('sessionLogin with altcha', () => {
  it('serves the widget’s files beside the page, under its own headers', async () => {
    const app = await startLoginApp({ login: { captcha: create() } })

    const style = await app.fetch('/login/?altcha=style')
    const challenge = await app.fetch('/login/?altcha=challenge')

    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect(style.headers.get('x-content-type-options')).toBe('nosniff')
    expect(challenge.headers.get('cache-control')).toBe('no-store')
  })

  it('names no other site in the page', async () => {
    const app = await startLoginApp({ login: { captcha: create() } })

    const response = await app.fetch('/login/')

    expect(await response.text()).not.toMatch(/https?:\/\//)
    expect(response.headers.get('content-security-policy')).not.toMatch(/https?:|unsafe/)
  })

  it('lets in who has solved it, once', async () => {
    const captcha = create()
    const app = await startLoginApp({ login: { captcha } })
    const fields = { username: 'ann', password, altcha: await solvedToken(captcha) }

    const statuses = [await app.postForm('/login/', fields), await app.postForm('/login/', fields)].map(
      ({ status }) => status,
    )

    expect(statuses).toEqual([303, 422])
  })
})
