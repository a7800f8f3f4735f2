import { describe, expect, it } from 'vitest'
import { TooManyTriesError, UnavailableError } from '../../src/errors.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import type { Attempt } from '../../src/throttle/attempt.ts'
import type { CounterStore } from '../../src/throttle/counter-store.ts'
import { createOpenCounters } from '../../src/throttle/counters.ts'
import { type LimitOptions, type PurposeLimits, completeLimits } from '../../src/throttle/default-limits.ts'
import { memoryCounters } from '../../src/throttle/memory-counters.ts'
import { type Throttle, createThrottle, noThrottle } from '../../src/throttle/throttle.ts'
import { createRecordedCounters, failingCounters } from './recorded-counters.ts'

const plenty = { points: 1_000_000, duration: 300 }
const few = { points: 3, duration: 300 }
const wrong = async (): Promise<{ ok: false }> => ({ ok: false })
const right = async (): Promise<{ ok: true }> => ({ ok: true })
const slowly =
  <Outcome>(outcome: Outcome) =>
  () =>
    new Promise<Outcome>((resolve) => setImmediate(resolve, outcome))

interface ThrottleOptions {
  readonly limits?: LimitOptions
  readonly counters?: CounterStore | null
  readonly clock?: ReturnType<typeof createMovableClock>
  readonly onFailure?: () => void
}

function create(options: ThrottleOptions = {}): Throttle {
  const { limits = {}, counters = null, clock = createMovableClock(), onFailure = () => undefined } = options
  return createThrottle(completeLimits(limits), createOpenCounters({ counters, clock, onFailure }))
}

/** A throttle of logins that limits what `options` names, and nothing else. */
function only(options: Partial<PurposeLimits>): Throttle {
  const unlimited = {
    requestsPerAddress: plenty,
    requestsPerNetwork: plenty,
    failuresPerAddress: plenty,
    failuresPerNetwork: plenty,
    failuresPerAccount: plenty,
    newcomersPerAccount: { points: 0, duration: 300 },
    successesPerAccount: plenty,
  }
  return create({ limits: { login: { ...unlimited, ...options } } })
}

function tryOf(narrow: string, accountKey: string, network = narrow): Attempt {
  return { address: { narrow, wide: network }, accountKey, nameKey: accountKey }
}

/** How many of so many tries, at once, came to their check. */
async function checksOf(
  count: number,
  attempt: (check: () => Promise<{ ok: false }>, index: number) => Promise<unknown>,
): Promise<number> {
  let checks = 0
  const check = (): Promise<{ ok: false }> => {
    checks += 1
    return wrong()
  }
  await Promise.allSettled(Array.from({ length: count }, (_, index) => attempt(check, index)))
  return checks
}

describe('attempt', () => {
  it('gives what the check gives', async () => {
    const outcome = { ok: true, user: 'ann' }

    expect(await only({}).attempt('login', tryOf('a', 'ann'), async () => outcome)).toBe(outcome)
  })

  it('checks ten and five of newcomers for one account, of 500 tries at once from 500 addresses (row 76)', async () => {
    const throttle = create()

    expect(await checksOf(500, (check, index) => throttle.attempt('login', tryOf(`a${index}`, 'ann'), check))).toBe(15)
  })

  it('checks ten and one for one account, of 500 tries at once from one address (row 76)', async () => {
    const throttle = only({ failuresPerAccount: { points: 10, duration: 900 }, newcomersPerAccount: few })
    const attempt = (check: () => Promise<{ ok: false }>): Promise<unknown> =>
      throttle.attempt('login', tryOf('a', 'ann'), check)

    expect(await checksOf(500, attempt)).toBe(11)
  })

  it('checks at most so often for one address, of 500 tries at once for 500 accounts (row 76)', async () => {
    const throttle = create()

    expect(await checksOf(500, (check, index) => throttle.attempt('login', tryOf('a', `user-${index}`), check))).toBe(
      20,
    )
  })

  it('checks at most so often for one network, of 500 tries at once (row 76)', async () => {
    const throttle = create()

    expect(
      await checksOf(500, (check, index) =>
        throttle.attempt('login', tryOf(`a${index}`, `user-${index}`, 'net'), check),
      ),
    ).toBe(200)
  })

  it.each([
    ['a slow check', () => new Promise<{ ok: false }>((resolve) => setImmediate(() => resolve({ ok: false })))],
    ['a check that is done at once', wrong],
  ])('counts before %s (row 76)', async (_what, check) => {
    const throttle = only({ failuresPerAccount: few })
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, () => throttle.attempt('login', tryOf('a', 'ann'), check)),
    )

    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  })

  it('counts a name that nobody has like any other (rows 64, 75)', async () => {
    const throttle = only({ failuresPerAccount: few })

    expect(await checksOf(10, (check) => throttle.attempt('login', tryOf('a', 'name:nobody'), check))).toBe(3)
  })

  it('limits each account alone where the address is unknown (row 74)', async () => {
    const throttle = create()
    const unknown = (accountKey: string): Attempt => ({ address: null, accountKey })

    expect(await checksOf(100, (check, index) => throttle.attempt('login', unknown(`user-${index}`), check))).toBe(100)
    expect(await checksOf(100, (check) => throttle.attempt('login', unknown('ann'), check))).toBe(10)
  })

  it('takes nothing from the account for tries of an address that is refused already', async () => {
    const throttle = only({ failuresPerAddress: few, failuresPerAccount: { points: 4, duration: 300 } })
    await checksOf(50, (check) => throttle.attempt('login', tryOf('evil', 'ann'), check))

    expect(await throttle.attempt('login', tryOf('home', 'ann'), right)).toEqual({ ok: true })
  })

  it('takes nothing from the address for tries that the account’s limit refused: no password was tried', async () => {
    const throttle = only({ failuresPerAddress: few, failuresPerAccount: { points: 1, duration: 300 } })
    await throttle.attempt('login', tryOf('evil', 'ann'), wrong)
    const refused = await checksOf(50, (check) => throttle.attempt('login', tryOf('office', 'ann'), check))

    expect(refused).toBe(0)
    expect(await throttle.attempt('login', tryOf('office', 'bob'), right)).toEqual({ ok: true })
  })

  it('refuses no right password because of 50 others at once', async () => {
    const throttle = only({ failuresPerAddress: few })
    await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => throttle.attempt('login', tryOf('a', `user-${index}`), right)),
    )

    expect(await throttle.attempt('login', tryOf('a', 'ann'), right)).toEqual({ ok: true })
  })

  it.each([
    ['fails', () => Promise.reject(new UnavailableError())],
    [
      'throws',
      (): Promise<{ ok: true }> => {
        throw new Error('A bug.')
      },
    ],
  ])('takes its count back when the check %s', async (_what, check) => {
    const throttle = only({ failuresPerAddress: few, failuresPerNetwork: few, failuresPerAccount: few })
    const outcomes = [
      await throttle.attempt('login', tryOf('a', 'ann'), check).catch((error: unknown) => error),
      await throttle.attempt('login', tryOf('a', 'ann'), check).catch((error: unknown) => error),
      await throttle.attempt('login', tryOf('a', 'ann'), check).catch((error: unknown) => error),
      await throttle.attempt('login', tryOf('a', 'ann'), check).catch((error: unknown) => error),
    ]

    expect(outcomes.some((error) => error instanceof TooManyTriesError)).toBe(false)
    expect(await checksOf(10, (count) => throttle.attempt('login', tryOf('a', 'ann'), count))).toBe(3)
  })

  it('forgets an account’s failures after a success (row 78)', async () => {
    const throttle = only({ failuresPerAccount: few })
    await throttle.attempt('login', tryOf('a', 'ann'), wrong)
    await throttle.attempt('login', tryOf('a', 'ann'), wrong)
    await throttle.attempt('login', tryOf('a', 'ann'), right)

    expect(await checksOf(10, (check) => throttle.attempt('login', tryOf('a', 'ann'), check))).toBe(3)
  })

  it('forgets no failure of the address or network after a success with an account of one’s own (row 78)', async () => {
    const throttle = only({ failuresPerAddress: few })
    const victims = ['u1', 'u2', 'u3', 'u4', 'u5']
    const tries = victims.map((victim) => async () => {
      await throttle.attempt('login', tryOf('a', 'own'), right)
      return throttle.attempt('login', tryOf('a', victim), wrong)
    })
    const outcomes = await inTurn(tries)

    expect(outcomes.map((outcome) => outcome instanceof TooManyTriesError)).toEqual([false, false, false, true, true])
  })

  it('forgets no failure of another account after a success (row 78)', async () => {
    const throttle = only({ failuresPerAccount: few })
    await checksOf(3, (check) => throttle.attempt('login', tryOf('a', 'ann'), check))
    await throttle.attempt('login', tryOf('a', 'own'), right)

    await expect(throttle.attempt('login', tryOf('a', 'ann'), right)).rejects.toThrow(TooManyTriesError)
  })
})

describe('right passwords', () => {
  it('wait for each other and are none of them refused, 25 of one account at once (D12)', async () => {
    const throttle = create()
    const logins = Array.from({ length: 25 }, () =>
      throttle.attempt('login', tryOf('a', 'user:ann'), slowly({ ok: true })),
    )

    expect(await Promise.all(logins)).toEqual(Array.from({ length: 25 }, () => ({ ok: true })))
  })

  it('wait for each other, 50 accounts of one address at once (D12)', async () => {
    const throttle = create()
    const logins = Array.from({ length: 50 }, (_, index) =>
      throttle.attempt('login', tryOf('a', `user:${index}`), slowly({ ok: true })),
    )

    expect(await Promise.all(logins)).toHaveLength(50)
  })

  it.each([
    ['of one account', () => 'user:ann'],
    ['of as many accounts', (index: number) => `user:${index}`],
  ])('are let in before anything of them is read, 55 %s of one address at once (D12)', async (_whose, accountOf) => {
    const throttle = create()
    const slow = (): Promise<{ ok: true }> => new Promise((resolve) => setTimeout(resolve, 5, { ok: true }))
    const logins = Array.from({ length: 55 }, async (_, index) => {
      // As they come in: some are looked at while others begin.
      await new Promise((resolve) => setTimeout(resolve, index))
      const { address, ...attempt } = tryOf('a', accountOf(index))
      await throttle.requireRoom('login', address)
      return throttle.attempt('login', { address, ...attempt }, slow)
    })

    expect(await Promise.all(logins)).toHaveLength(55)
  })

  it('are looked at while guesses at the account are, whatever becomes of these (D12)', async () => {
    const throttle = create()
    const guesses = Array.from({ length: 9 }, () =>
      throttle.attempt('login', tryOf('evil', 'user:ann'), slowly({ ok: false })),
    )
    const logins = Array.from({ length: 9 }, () =>
      throttle.attempt('login', tryOf('home', 'user:ann'), slowly({ ok: true })),
    )

    expect(await Promise.all([...guesses, ...logins])).toHaveLength(18)
  })

  it.each([
    ['in memory', null],
    ['in a store that others share', memoryCounters()],
  ])('wait for what another process looks at, counted %s (D12)', async (_where, counters) => {
    const one = create({ counters })
    const other = counters === null ? one : create({ counters })
    const logins = Array.from({ length: 25 }, (_, index) =>
      (index % 2 ? one : other).attempt('login', tryOf('a', 'user:ann'), slowly({ ok: true })),
    )

    expect(await Promise.all(logins)).toHaveLength(25)
  })

  it('wait for those of another process as long as these take, 25 in each (D12)', async () => {
    const counters = memoryCounters()
    const processes = [create({ counters }), create({ counters })]
    const slow = (): Promise<{ ok: true }> => new Promise((resolve) => setTimeout(resolve, 20, { ok: true }))
    const logins = processes.flatMap((throttle) =>
      Array.from({ length: 25 }, () => throttle.attempt('login', tryOf('a', 'user:ann'), slow)),
    )

    expect(await Promise.all(logins)).toHaveLength(50)
  })

  it('are sixty in a minute, of one account and network (A3)', async () => {
    const clock = createMovableClock()
    const throttle = create({ clock })
    const logIn = (network: string): Promise<unknown> =>
      throttle.attempt('login', tryOf(`${network}/64`, 'user:ann', network), right)
    await Promise.all(Array.from({ length: 60 }, () => logIn('a')))

    await expect(logIn('a')).rejects.toThrow(TooManyTriesError)
    await expect(logIn('b')).resolves.toEqual({ ok: true })
    clock.move(60)
    await expect(logIn('a')).resolves.toEqual({ ok: true })
  })

  it('are sixty in a minute, of however many known devices of an account (A3)', async () => {
    const throttle = create()
    const logIn = (id: number): Promise<unknown> => {
      const device = { id: `device-${id}`, userId: 'ann' }
      return throttle.attempt('login', { ...tryOf('a', 'user:ann'), device }, right)
    }
    const logins = await Promise.allSettled(Array.from({ length: 120 }, (_, id) => logIn(id)))

    expect(logins.filter(({ status }) => status === 'fulfilled')).toHaveLength(60)
  })

  it('spend nothing of what may fail: after sixty, ten guesses are looked at (A3)', async () => {
    const throttle = create()
    await Promise.all(
      Array.from({ length: 60 }, () => throttle.attempt('login', tryOf('a', 'user:ann'), slowly({ ok: true }))),
    )

    expect(await checksOf(50, (check) => throttle.attempt('login', tryOf('b', 'user:ann'), check))).toBe(10)
  })

  it('change a password twenty times in fifteen minutes (A3)', async () => {
    const throttle = create()
    const change = (): Promise<unknown> => throttle.attempt('change', tryOf('a', 'user:ann'), right)
    await Promise.all(Array.from({ length: 20 }, change))

    await expect(change()).rejects.toThrow(TooManyTriesError)
  })
})

describe('a change of the password', () => {
  it('is tried ten times before the next one has to wait (row 61)', async () => {
    const throttle = create()

    expect(await checksOf(50, (check) => throttle.attempt('change', tryOf('a', 'user:ann'), check))).toBe(10)
  })

  it('counts what fails in another session of the user apart from the user’s own device (row 61)', async () => {
    const throttle = create()
    const device = { id: 'd', userId: 'ann' }
    await checksOf(50, (check) => throttle.attempt('change', tryOf('a', 'user:ann'), check))

    expect(await throttle.attempt('change', { ...tryOf('a', 'user:ann'), device }, right)).toEqual({ ok: true })
    await expect(
      throttle.attempt('change', { ...tryOf('a', 'user:ann'), device: { id: 'd', userId: 'bob' } }, right),
    ).rejects.toThrow(TooManyTriesError)
  })

  it('forgets what failed after one that succeeds (row 78)', async () => {
    const throttle = create()
    const change = (outcome: () => Promise<{ ok: boolean }>): Promise<unknown> =>
      throttle.attempt('change', tryOf('a', 'user:ann'), outcome)
    await Promise.all(Array.from({ length: 9 }, () => change(wrong)))
    await change(right)
    await Promise.all(Array.from({ length: 10 }, () => change(wrong)))

    await expect(change(right)).rejects.toThrow(TooManyTriesError)
  })
})

describe('registrations', () => {
  it('are ten an hour of one address, and a hundred of a network (rows 69, 72)', async () => {
    const throttle = create()
    const address = { narrow: '203.0.113.7', wide: '203.0.113.7' }
    const ofAddress = Array.from({ length: 50 }, () => throttle.requireRoom('register', address))
    const ofNetwork = Array.from({ length: 500 }, (_, index) =>
      throttle.requireRoom('register', { narrow: `${index}/64`, wide: '20010db80000/48' }),
    )
    const passed = (all: readonly PromiseSettledResult<void>[]): number =>
      all.filter(({ status }) => status === 'fulfilled').length

    expect(passed(await Promise.allSettled(ofAddress))).toBe(10)
    expect(passed(await Promise.allSettled(ofNetwork))).toBe(100)
  })

  it('are a hundred an hour of all whose address is unknown (B2)', async () => {
    const throttle = create()
    const all = await Promise.allSettled(Array.from({ length: 500 }, () => throttle.requireRoom('register', null)))

    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(100)
  })

  it('count together with all that share the counters (rows 61, 69)', async () => {
    const counters = memoryCounters()
    const [one, other] = [create({ counters }), create({ counters })]
    const address = { narrow: '203.0.113.7', wide: '203.0.113.7' }
    await Promise.all(Array.from({ length: 10 }, () => one.requireRoom('register', address)))

    await expect(other.requireRoom('register', address)).rejects.toThrow(TooManyTriesError)
  })
})

describe('counters', () => {
  const address = { narrow: 'a/64', wide: 'a/48' }
  const device = { id: 'd', userId: 'ann' }

  it('keep each count under a name of its own, by which other versions of latchkey find it', async () => {
    const { store, asked } = createRecordedCounters()
    const throttle = create({ counters: store })
    await throttle.requireRoom('login', address)
    await throttle.attempt('login', { address, accountKey: 'user:ann', nameKey: 'ann' }, wrong)
    await throttle.attempt('login', { address, accountKey: 'user:ann', nameKey: 'ann', device }, wrong)
    await throttle.requireRoom('register', address)
    await throttle.attempt('change', { address, accountKey: 'user:ann' }, wrong)
    await throttle.attempt('change', { address, accountKey: 'user:ann', device }, wrong)

    expect(asked).toEqual([
      'peek login:failuresPerAddress:a/64',
      'peek login:failuresPerNetwork:a/48',
      'count login:requestsPerAddress:a/64',
      'count login:requestsPerNetwork:a/48',
      'count login:successesPerAccount:a/48 user:ann',
      'count login:failuresPerAddress:a/64',
      'count login:failuresPerNetwork:a/48',
      'peek login:failuresPerAccount:gate:user:ann',
      'count login:failuresPerAccount:free:user:ann',
      'count login:failuresAsNewcomer:a/48 user:ann',
      'count login:failuresPerName:ann',
      'count login:successesPerAccount:a/48 user:ann',
      'count login:failuresPerDevice:d',
      'count register:requestsPerAddress:a/64',
      'count register:requestsPerNetwork:a/48',
      'count change:successesPerAccount:a/48 user:ann',
      'peek change:failuresPerAccount:gate:user:ann',
      'count change:failuresPerAccount:free:user:ann',
      'count change:successesPerAccount:a/48 user:ann',
      'count change:failuresPerDevice:d',
    ])
  })

  it('keep the steps of an account that has used up its free ones apart, and those of newcomers', async () => {
    const { store, asked } = createRecordedCounters()
    const limits = { login: { failuresPerAccount: { points: 1, duration: 300 } } }
    const throttle = create({ counters: store, limits })
    await throttle.attempt('login', tryOf('a', 'user:ann'), wrong)
    const before = asked.length
    await throttle.attempt('login', tryOf('b', 'user:ann'), wrong)

    expect(asked.slice(0, before)).toContain('count login:failuresPerAccount:gate:user:ann')
    expect(asked.slice(0, before)).toContain('count login:failuresPerAccount:steps:user:ann')
    expect(asked.slice(before)).toContain('count login:failuresAsNewcomer:b user:ann')
    expect(asked.slice(before)).toContain('count login:newcomersPerAccount:user:ann')
    expect(asked.slice(before)).toContain('count login:newcomersPerDay:user:ann')
  })
})

describe('requireRoom', () => {
  it('counts each known device of a refused address apart', async () => {
    const throttle = only({ requestsPerAddress: { points: 1, duration: 300 } })
    const address = { narrow: 'a', wide: 'a' }
    const room = (id: string): Promise<void> =>
      throttle.requireRoom('login', address, async () => ({ id, userId: 'ann' }))
    await throttle.requireRoom('login', address)
    await room('one')

    await expect(room('other')).resolves.toBeUndefined()
    await expect(room('one')).rejects.toThrow(TooManyTriesError)
  })

  it('takes a mistake for no refusal, that a known device would be spared', async () => {
    const onFailure = (): never => {
      throw new Error('A bug.')
    }
    const throttle = create({ counters: failingCounters(), onFailure })
    const room = throttle.requireRoom('login', { narrow: 'a', wide: 'a' }, async () => ({ id: 'd', userId: 'ann' }))

    await expect(room).rejects.toThrow('A bug.')
  })

  it('refuses the 61st request of an address in a minute', async () => {
    const throttle = create()
    const address = { narrow: 'a', wide: 'a' }
    const requests = await Promise.allSettled(Array.from({ length: 100 }, () => throttle.requireRoom('login', address)))

    expect(requests.filter(({ status }) => status === 'fulfilled')).toHaveLength(60)
  })

  it.each<[string, Partial<PurposeLimits>]>([
    ['address', { failuresPerAddress: few }],
    ['network', { failuresPerNetwork: few }],
  ])('refuses where the %s has failed too often, before anything is read', async (_what, options) => {
    const throttle = only(options)
    await checksOf(3, (check) => throttle.attempt('login', tryOf('a', 'ann', 'net'), check))

    await expect(throttle.requireRoom('login', { narrow: 'a', wide: 'net' })).rejects.toThrow(TooManyTriesError)
    await expect(throttle.requireRoom('login', { narrow: 'b', wide: 'other' })).resolves.toBeUndefined()
  })

  it('counts what fails of a crowd as of one address, and its requests as of a network (B2)', async () => {
    const throttle = create()
    const address = { narrow: 'unix', wide: 'unix', isCrowd: true }
    const guess = (check: () => Promise<{ ok: false }>, index: number): Promise<unknown> =>
      throttle.attempt('login', { address, accountKey: `user-${index}` }, check)
    const requests = await Promise.allSettled(
      Array.from({ length: 1_000 }, () => throttle.requireRoom('login', address)),
    )
    const registrations = await Promise.allSettled(
      Array.from({ length: 15 }, () => throttle.requireRoom('register', address)),
    )

    expect(requests.filter(({ status }) => status === 'fulfilled')).toHaveLength(600)
    expect(await checksOf(45, guess)).toBe(20)
    expect(registrations.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
  })

  it('takes all whose address is unknown for one network: 600 requests in a minute (row 74)', async () => {
    const throttle = create()
    const requests = await Promise.allSettled(Array.from({ length: 1_000 }, () => throttle.requireRoom('login', null)))

    expect(requests.filter(({ status }) => status === 'fulfilled')).toHaveLength(600)
  })
})

describe('isSuspicious', () => {
  it('says so after three failures of a name, from anywhere', async () => {
    const throttle = create()
    const ann = { address: null, nameKey: 'ann' }
    await checksOf(2, (check, index) => throttle.attempt('login', tryOf(`a${index}`, 'ann'), check))
    const before = await throttle.isSuspicious(ann)
    await throttle.attempt('login', tryOf('b', 'ann'), wrong)

    expect(before).toBe(false)
    expect(await throttle.isSuspicious(ann)).toBe(true)
    expect(await throttle.isSuspicious({ address: null, nameKey: 'bob' })).toBe(false)
  })

  it('says so after three failures of the address, whoever is tried', async () => {
    const throttle = create()
    await checksOf(3, (check, index) => throttle.attempt('login', tryOf('a', `user-${index}`), check))

    expect(await throttle.isSuspicious({ address: { narrow: 'a', wide: 'a' } })).toBe(true)
    expect(await throttle.isSuspicious({ address: { narrow: 'b', wide: 'b' } })).toBe(false)
  })

  it('counts nothing', async () => {
    const throttle = only({ failuresPerAccount: few })
    await throttle.isSuspicious(tryOf('a', 'ann'))
    await throttle.isSuspicious(tryOf('a', 'ann'))

    expect(await checksOf(10, (check) => throttle.attempt('login', tryOf('a', 'ann'), check))).toBe(3)
  })
})

describe('the refusal', () => {
  it('is the same for whatever was counted, but for the time (rows 64, 78)', async () => {
    const byAccount = only({ failuresPerAccount: { points: 1, duration: 300 } })
    const byAddress = only({ failuresPerAddress: { points: 0, duration: 20 } })
    await byAccount.attempt('login', tryOf('a', 'user:1'), wrong)
    await byAccount.attempt('login', tryOf('a', 'name:nobody'), wrong)
    const refusals = await inTurn([
      () => byAccount.attempt('login', tryOf('a', 'user:1'), wrong),
      () => byAccount.attempt('login', tryOf('a', 'name:nobody'), wrong),
      () => byAddress.attempt('login', tryOf('a', 'user:1'), wrong),
    ])

    expect(refusals[1]).toEqual(refusals[0])
    expect(refusals[2]).toEqual(refusals[0])
    expect(refusals[0]).toMatchObject({ status: 429, retryAfter: 20 })
  })
})

describe('noThrottle', () => {
  it('lets everything through', async () => {
    await noThrottle.requireRoom('login', { narrow: 'a', wide: 'a' })

    expect(await checksOf(1_000, (check) => noThrottle.attempt('login', tryOf('a', 'ann'), check))).toBe(1_000)
    expect(await noThrottle.isSuspicious(tryOf('a', 'ann'))).toBe(false)
  })
})

/** The outcomes, or errors, of calls made one after another. */
async function inTurn(calls: readonly (() => Promise<unknown>)[]): Promise<unknown[]> {
  const outcomes: unknown[] = []
  for (const call of calls) outcomes.push(await call().catch((error: unknown) => error))
  return outcomes
}
