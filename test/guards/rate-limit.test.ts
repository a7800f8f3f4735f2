import { describe, expect, it } from 'vitest'
import { days, minutes } from '../../src/duration.ts'
import { ConfigError } from '../../src/errors.ts'
import {
  type AuthEvent,
  type AuthOptions,
  type FetchHandler,
  type RateLimitOptions,
  createAuth,
  memoryCounters,
  rateLimit,
} from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import { createRecordedCounters, failingCounters } from '../throttle/recorded-counters.ts'

const browser = { accept: 'text/html' }

function createWorld(options: RateLimitOptions = {}, authOptions: AuthOptions = {}) {
  const events: AuthEvent[] = []
  const auth = createAuth({ store: memoryStore(), onEvent: (event) => void events.push(event), ...authOptions })
  const clock = createMovableClock()
  let handled = 0
  const answer = (): Response => {
    handled += 1
    return new Response('Hello', { headers: { 'X-App': 'own' } })
  }
  const guard = rateLimit(answer, { auth, store: memoryCounters({ clock }), limit: 2, ...options })
  return { auth, clock, events, handled: () => handled, send: sendTo(guard) }
}

function sendTo(guard: FetchHandler) {
  return (address: string | null = '203.0.113.7', headers: Record<string, string> = {}): Promise<Response> => {
    const context = address === null ? undefined : { incoming: { url: '/', socket: { remoteAddress: address } } }
    return guard(new Request('http://app.example/', { headers }), context)
  }
}

async function statuses(responses: readonly Promise<Response>[]): Promise<number[]> {
  return Promise.all(responses.map(async (response) => (await response).status))
}

describe('rateLimit', () => {
  it('lets so many of an address through, and no more', async () => {
    const { send, handled } = createWorld()

    expect(await statuses([send(), send(), send(), send()])).toEqual([200, 200, 429, 429])
    expect(handled()).toBe(2)
    expect(await statuses([send('203.0.113.8')])).toEqual([200])
  })

  it('tells what is left, on the handler’s own answers', async () => {
    const { send, clock } = createWorld()
    const first = await send()
    clock.move(20)
    const second = await send()

    expect(first.headers.get('RateLimit-Policy')).toBe('"default";q=2;w=60')
    expect(first.headers.get('RateLimit')).toBe('"default";r=1;t=60')
    expect(second.headers.get('RateLimit')).toBe('"default";r=0;t=40')
    expect([second.headers.get('X-App'), await second.text()]).toEqual(['own', 'Hello'])
  })

  it('tells a program when to come again, as problem+json (row 78)', async () => {
    const { send, clock } = createWorld()
    await send()
    await send()
    clock.move(20.5)

    const refused = await send()

    expect(refused.status).toBe(429)
    expect(refused.headers.get('Retry-After')).toBe('40')
    expect(refused.headers.get('RateLimit')).toBe('"default";r=0;t=40')
    expect(refused.headers.get('RateLimit-Policy')).toBe('"default";q=2;w=60')
    expect(refused.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8')
    expect(await refused.json()).toMatchObject({ status: 429, code: 'ERR_LATCHKEY_TOO_MANY_TRIES' })
  })

  it('shows a browser a page, with the security headers and the app’s words (row 45)', async () => {
    const texts = { tooManyTries: 'Langsam!' }
    const { send } = createWorld({ limit: 1 }, { texts, origin: 'https://app.example' })
    await send()

    const refused = await send('203.0.113.7', browser)

    expect(refused.status).toBe(429)
    expect(refused.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    expect(refused.headers.get('Cache-Control')).toBe('no-store')
    expect(refused.headers.get('Strict-Transport-Security')).not.toBeNull()
    expect(await refused.text()).toContain('Langsam!')
  })

  it('begins anew after the window', async () => {
    const { send, clock } = createWorld({ timespan: minutes(5) })
    await statuses([send(), send(), send()])
    clock.move(299)
    const before = await send()
    clock.move(1)

    expect(before.status).toBe(429)
    expect((await send()).headers.get('RateLimit')).toBe('"default";r=1;t=300')
  })

  it('refuses for blockDuration, from the first request above the limit', async () => {
    const { send, clock } = createWorld({ limit: 1, blockDuration: minutes(10) })
    await send()
    clock.move(30)
    const first = await send()
    clock.move(599)
    const last = await send()
    clock.move(1)

    expect(first.headers.get('Retry-After')).toBe('600')
    expect([last.status, last.headers.get('RateLimit')]).toEqual([429, '"default";r=0;t=1'])
    expect((await send()).status).toBe(200)
  })

  it('says the whole time, also of a day', async () => {
    const { send } = createWorld({ limit: 1, timespan: days(1) })
    await send()

    expect((await send()).headers.get('Retry-After')).toBe('86400')
  })

  it('lets exactly so many of 500 at once through (row 76)', async () => {
    const { send, handled } = createWorld({ limit: 50 })
    await Promise.all(Array.from({ length: 500 }, () => send()))

    expect(handled()).toBe(50)
  })

  it('adds its headers where they can’t be changed', async () => {
    const { auth } = createWorld()
    const guard = rateLimit(() => Response.redirect('http://app.example/there'), { auth })

    const response = await sendTo(guard)()

    expect([response.status, response.headers.get('Location')]).toEqual([302, 'http://app.example/there'])
    expect(response.headers.has('RateLimit')).toBe(true)
  })

  it('tells of each limit that it is behind', async () => {
    const { auth } = createWorld()
    const inner = rateLimit(() => new Response('ok'), { auth, limit: 5, name: 'burst' })
    const outer = rateLimit(inner, { auth, limit: 100, timespan: days(1), name: 'day' })

    const { headers } = await sendTo(outer)()

    expect(headers.get('RateLimit')).toBe('"burst";r=4;t=60, "day";r=99;t=86400')
    expect(headers.get('RateLimit-Policy')).toBe('"burst";q=5;w=60, "day";q=100;w=86400')
  })
})

describe('the key of rateLimit', () => {
  it('is one for all addresses of an IPv6 /64, in any spelling (row 72)', async () => {
    const { send } = createWorld()
    const responses = ['2001:db8::1', '2001:DB8:0:0:ffff::2', '2001:db8:0:0:1:2:3:4'].map((address) => send(address))

    expect(await statuses(responses)).toEqual([200, 200, 429])
    expect(await statuses([send('2001:db8:0:1::1'), send('::ffff:1.2.3.4'), send('1.2.3.4'), send('1.2.3.4')])).toEqual(
      [200, 200, 200, 429],
    )
  })

  it('believes no header of a client, and those of a trusted proxy (row 73)', async () => {
    const plain = createWorld({ limit: 1 })
    const proxied = createWorld({ limit: 1 }, { trustedProxies: ['203.0.113.7'] })
    const from = (address: string): [string, Record<string, string>] => ['203.0.113.7', { 'x-forwarded-for': address }]

    expect(await statuses([plain.send(...from('1.1.1.1')), plain.send(...from('2.2.2.2'))])).toEqual([200, 429])
    expect(await statuses([proxied.send(...from('1.1.1.1')), proxied.send(...from('2.2.2.2'))])).toEqual([200, 200])
    expect(await statuses([proxied.send(...from('9.9.9.9, 1.1.1.1'))])).toEqual([429])
  })

  it('is none where the host tells no address: nobody shares a limit, and the app is told once (row 74)', async () => {
    const { send, events } = createWorld({ limit: 1 })

    const responses = [send(null), send(null), send(null)]

    expect(await statuses(responses)).toEqual([200, 200, 200])
    expect((await send(null)).headers.has('RateLimit')).toBe(false)
    expect(events.map(({ type }) => type)).toEqual(['client_address_unknown'])
  })

  it('is the app’s own, where it is given; null counts nothing', async () => {
    const key = (request: Request): string | null => request.headers.get('x-api-key')
    const { send } = createWorld({ limit: 1, key })
    const of = (apiKey: string): Record<string, string> => ({ 'x-api-key': apiKey })

    expect(await statuses([send('a', of('one')), send('b', of('one')), send('a', of('two'))])).toEqual([200, 429, 200])
    expect(await statuses([send(), send(), send()])).toEqual([200, 200, 200])
  })

  it.each([
    ['empty', ''],
    ['a name of JavaScript’s own', '__proto__'],
    ['100,000 letters', 'x'.repeat(100_000)],
    ['a NUL', '\u0000'],
    ['a prefix of the store’s keys', 'block:'],
  ])('may be %s', async (_what, key) => {
    const { send } = createWorld({ limit: 1, key: () => key })

    expect(await statuses([send(), send()])).toEqual([200, 429])
  })

  it('lets nothing pass that it throws at (row 96)', async () => {
    const broken = (): never => {
      throw new Error('A bug.')
    }
    const byKey = createWorld({ key: broken })
    const bySkip = createWorld({ skip: broken })

    await expect(byKey.send()).rejects.toThrow('A bug.')
    await expect(bySkip.send()).rejects.toThrow('A bug.')
    expect(byKey.handled() + bySkip.handled()).toBe(0)
  })

  it('is not asked for what skip lets through', async () => {
    const { send } = createWorld({ limit: 1, skip: (request) => request.headers.has('x-health') })
    const health = { 'x-health': '1' }

    expect(await statuses([send('a', health), send('a', health), send(), send()])).toEqual([200, 200, 200, 429])
  })
})

describe('the store of rateLimit', () => {
  it('is the one of createAuth, unless it has its own', async () => {
    const counters = memoryCounters()
    const auth = createAuth({ store: memoryStore(), counters })
    const guard = (name: string) => sendTo(rateLimit(() => new Response('ok'), { auth, limit: 1, name }))

    expect(await statuses([guard('a')(), guard('a')(), guard('b')()])).toEqual([200, 429, 200])
  })

  it('is asked once for a request', async () => {
    const { store, asked } = createRecordedCounters()
    await createWorld({ store, limit: 5 }).send()

    expect(asked).toEqual(['count rate:default:5:60:203.0.113.7'])
  })

  it('is memory where there is none: two guards count apart', async () => {
    const auth = createAuth({ store: memoryStore() })
    const guard = () => sendTo(rateLimit(() => new Response('ok'), { auth, limit: 1 }))

    expect(await statuses([guard()(), guard()()])).toEqual([200, 200])
  })

  it('counts up to the whole limit in memory, and nothing failed', async () => {
    const { send, events } = createWorld({ store: null, limit: 2 })

    expect(await statuses([send(), send(), send()])).toEqual([200, 200, 429])
    expect(events.map(({ type }) => type)).toEqual(['refused'])
  })

  it('that fails lets half the limit through, counted in memory, and the app is told (F18, row 96)', async () => {
    const { send, events, handled } = createWorld({ limit: 10, store: failingCounters() })
    await Promise.all(Array.from({ length: 50 }, () => send()))

    expect(handled()).toBe(5)
    expect(events.filter(({ type }) => type === 'counters_failed')).toMatchObject([
      { error: new Error('Connection refused.') },
    ])
  })
})

describe('the options of rateLimit', () => {
  it('are those that there are: a limit that is misspelt would be another (B6)', () => {
    const misspelt = { name: 'api', limits: 5 }

    expect(() => createWorld(misspelt)).toThrow(ConfigError)
    expect(() => createWorld(misspelt)).toThrow(/no option "limits".*limit/)
  })

  it('are whole numbers, as the error says', () => {
    expect(() => createWorld({ limit: 0 })).toThrow(/^limit is a whole number, from 1\.$/)
    expect(() => createWorld({ timespan: 0 })).toThrow(/^timespan is a whole number, from 1, of seconds\.$/)
    expect(() => createWorld({ blockDuration: 0 })).toThrow(/^blockDuration is a whole number, from 1, of seconds\.$/)
  })

  it.each<RateLimitOptions>([
    { limit: 0 },
    { limit: 1.5 },
    { limit: Number.NaN },
    { timespan: 0 },
    { timespan: 0.5 },
    { timespan: Number.POSITIVE_INFINITY },
    { blockDuration: 0 },
    { blockDuration: 59 },
    { name: '' },
    { timespan: 1e15 },
    { timespan: 1e300 },
    { blockDuration: 1e15 },
    { name: 'a"b' },
    { name: 'a\r\nb' },
  ])('can’t be %j, as an error says that names the option (row 97)', (options) => {
    expect(() => createWorld(options)).toThrow(ConfigError)
    expect(() => createWorld(options)).toThrow(new RegExp(`^${Object.keys(options).join('')} `))
  })
})
