import { describe, expect, it } from 'vitest'
import { TooManyTriesError, UnavailableError } from '../../src/errors.ts'
import {
  type LoginThrottle,
  type LoginThrottleOptions,
  type Trier,
  createLoginThrottle,
  noThrottle,
} from '../../src/throttle/login-throttle.ts'
import { createRecordedCounters, failingCounters } from './recorded-counters.ts'

const wide = { points: 1_000_000, duration: 300 }
const few = { points: 3, duration: 300 }
const wrong = async (): Promise<{ ok: false }> => ({ ok: false })
const right = async (): Promise<{ ok: true }> => ({ ok: true })

/** A throttle that limits what `options` names, and nothing else. */
function only(options: LoginThrottleOptions): LoginThrottle {
  const { requestsPerAddress, failuresPerAddress, failuresPerNetwork, failuresPerAccount } = options
  return createLoginThrottle({
    requestsPerAddress: requestsPerAddress ?? wide,
    failuresPerAddress: failuresPerAddress ?? wide,
    failuresPerNetwork: failuresPerNetwork ?? wide,
    failuresPerAccount: failuresPerAccount ?? wide,
  })
}

function trier(narrow: string, accountKey: string, network = narrow): Trier {
  return { address: { narrow, wide: network }, accountKey }
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

    expect(await only({}).attempt(trier('a', 'ann'), async () => outcome)).toBe(outcome)
  })

  it('checks at most so often for one account, of 500 tries at once from 500 addresses (row 76)', async () => {
    const throttle = createLoginThrottle()

    expect(await checksOf(500, (check, index) => throttle.attempt(trier(`a${index}`, 'ann'), check))).toBe(10)
  })

  it('checks at most so often for one address, of 500 tries at once for 500 accounts (row 76)', async () => {
    const throttle = createLoginThrottle()

    expect(await checksOf(500, (check, index) => throttle.attempt(trier('a', `user-${index}`), check))).toBe(20)
  })

  it('checks at most so often for one network, of 500 tries at once (row 76)', async () => {
    const throttle = createLoginThrottle()

    expect(
      await checksOf(500, (check, index) => throttle.attempt(trier(`a${index}`, `user-${index}`, 'net'), check)),
    ).toBe(200)
  })

  it.each([
    ['a slow check', () => new Promise<{ ok: false }>((resolve) => setImmediate(() => resolve({ ok: false })))],
    ['a check that is done at once', wrong],
  ])('counts before %s (row 76)', async (_what, check) => {
    const throttle = only({ failuresPerAccount: few })
    const tries = await Promise.allSettled(Array.from({ length: 50 }, () => throttle.attempt(trier('a', 'ann'), check)))

    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  })

  it('counts a name that nobody has like any other (rows 64, 75)', async () => {
    const throttle = only({ failuresPerAccount: few })

    expect(await checksOf(10, (check) => throttle.attempt(trier('a', 'name:nobody'), check))).toBe(3)
  })

  it('limits each account alone where the address is unknown (row 74)', async () => {
    const throttle = createLoginThrottle()
    const unknown = (accountKey: string): Trier => ({ address: null, accountKey })

    expect(await checksOf(100, (check, index) => throttle.attempt(unknown(`user-${index}`), check))).toBe(100)
    expect(await checksOf(100, (check) => throttle.attempt(unknown('ann'), check))).toBe(10)
  })

  it('takes nothing from the account for tries of an address that is refused already', async () => {
    const throttle = only({ failuresPerAddress: few, failuresPerAccount: { points: 4, duration: 300 } })
    await checksOf(50, (check) => throttle.attempt(trier('evil', 'ann'), check))

    expect(await throttle.attempt(trier('home', 'ann'), right)).toEqual({ ok: true })
  })

  it('takes nothing from the address for tries that the account’s limit refused: no password was tried', async () => {
    const throttle = only({ failuresPerAddress: few, failuresPerAccount: { points: 1, duration: 300 } })
    await throttle.attempt(trier('evil', 'ann'), wrong)
    const refused = await checksOf(50, (check) => throttle.attempt(trier('office', 'ann'), check))

    expect(refused).toBe(0)
    expect(await throttle.attempt(trier('office', 'bob'), right)).toEqual({ ok: true })
  })

  it('refuses no right password because of 50 others at once', async () => {
    const throttle = only({ failuresPerAddress: few })
    await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => throttle.attempt(trier('a', `user-${index}`), right)),
    )

    expect(await throttle.attempt(trier('a', 'ann'), right)).toEqual({ ok: true })
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
      await throttle.attempt(trier('a', 'ann'), check).catch((error: unknown) => error),
      await throttle.attempt(trier('a', 'ann'), check).catch((error: unknown) => error),
      await throttle.attempt(trier('a', 'ann'), check).catch((error: unknown) => error),
      await throttle.attempt(trier('a', 'ann'), check).catch((error: unknown) => error),
    ]

    expect(outcomes.some((error) => error instanceof TooManyTriesError)).toBe(false)
    expect(await checksOf(10, (count) => throttle.attempt(trier('a', 'ann'), count))).toBe(3)
  })

  it('forgets an account’s failures after a success (row 78)', async () => {
    const throttle = only({ failuresPerAccount: few })
    await throttle.attempt(trier('a', 'ann'), wrong)
    await throttle.attempt(trier('a', 'ann'), wrong)
    await throttle.attempt(trier('a', 'ann'), right)

    expect(await checksOf(10, (check) => throttle.attempt(trier('a', 'ann'), check))).toBe(3)
  })

  it('forgets no failure of the address or network after a success with an account of one’s own (row 78)', async () => {
    const throttle = only({ failuresPerAddress: few })
    const victims = ['u1', 'u2', 'u3', 'u4', 'u5']
    const tries = victims.map((victim) => async () => {
      await throttle.attempt(trier('a', 'own'), right)
      return throttle.attempt(trier('a', victim), wrong)
    })
    const outcomes = await inTurn(tries)

    expect(outcomes.map((outcome) => outcome instanceof TooManyTriesError)).toEqual([false, false, false, true, true])
  })

  it('forgets no failure of another account after a success (row 78)', async () => {
    const throttle = only({ failuresPerAccount: few })
    await checksOf(3, (check) => throttle.attempt(trier('a', 'ann'), check))
    await throttle.attempt(trier('a', 'own'), right)

    await expect(throttle.attempt(trier('a', 'ann'), right)).rejects.toThrow(TooManyTriesError)
  })
})

describe('a store', () => {
  it('keeps each count under a name of its own, by which other versions of latchkey find it', async () => {
    const { store, asked } = createRecordedCounters()
    const throttle = createLoginThrottle({ store })
    const address = { narrow: 'a/64', wide: 'a/48' }
    const device = { id: 'd', userId: 'ann' }
    await throttle.requireRoom(address)
    await throttle.attempt({ address, accountKey: 'user:ann' }, wrong)
    await throttle.attempt({ address, accountKey: 'user:ann', device }, wrong)

    expect(asked).toEqual([
      'peek login:address:a/64',
      'peek login:network:a/48',
      'count login:request:a/64',
      'count login:address:a/64',
      'count login:network:a/48',
      'peek login:account:gate:user:ann',
      'count login:account:free:user:ann',
      'count login:device:d',
    ])
  })

  it('keeps the steps of an account that has used up its free ones apart', async () => {
    const { store, asked } = createRecordedCounters()
    const throttle = createLoginThrottle({ store, failuresPerAccount: { points: 1, duration: 300 } })
    await throttle.attempt({ address: null, accountKey: 'user:ann' }, wrong)

    expect(asked.slice(-3)).toEqual([
      'peek login:account:steps:user:ann',
      'count login:account:gate:user:ann',
      'count login:account:steps:user:ann',
    ])
  })
})

describe('requireRoom', () => {
  it('counts each known device of a refused address apart', async () => {
    const throttle = createLoginThrottle({ requestsPerAddress: { points: 1, duration: 300 } })
    const address = { narrow: 'a', wide: 'a' }
    const room = (id: string): Promise<void> => throttle.requireRoom(address, async () => ({ id, userId: 'ann' }))
    await throttle.requireRoom(address)
    await room('one')

    await expect(room('other')).resolves.toBeUndefined()
    await expect(room('one')).rejects.toThrow(TooManyTriesError)
  })

  it('takes a mistake for no refusal, that a known device would be spared', async () => {
    const onStoreFailure = (): never => {
      throw new Error('A bug.')
    }
    const throttle = createLoginThrottle({ store: failingCounters(), onStoreFailure })
    const room = throttle.requireRoom({ narrow: 'a', wide: 'a' }, async () => ({ id: 'd', userId: 'ann' }))

    await expect(room).rejects.toThrow('A bug.')
  })

  it('refuses the 61st request of an address in a minute', async () => {
    const throttle = createLoginThrottle()
    const address = { narrow: 'a', wide: 'a' }
    const requests = await Promise.allSettled(Array.from({ length: 100 }, () => throttle.requireRoom(address)))

    expect(requests.filter(({ status }) => status === 'fulfilled')).toHaveLength(60)
  })

  it.each<[string, LoginThrottleOptions]>([
    ['address', { failuresPerAddress: few }],
    ['network', { failuresPerNetwork: few }],
  ])('refuses where the %s has failed too often, before anything is read', async (_what, options) => {
    const throttle = only(options)
    await checksOf(3, (check) => throttle.attempt(trier('a', 'ann', 'net'), check))

    await expect(throttle.requireRoom({ narrow: 'a', wide: 'net' })).rejects.toThrow(TooManyTriesError)
    await expect(throttle.requireRoom({ narrow: 'b', wide: 'other' })).resolves.toBeUndefined()
  })

  it('knows no limit for everyone whose address is unknown (row 74)', async () => {
    const throttle = createLoginThrottle()
    const requests = await Promise.allSettled(Array.from({ length: 1_000 }, () => throttle.requireRoom(null)))

    expect(requests.every(({ status }) => status === 'fulfilled')).toBe(true)
  })
})

describe('isSuspicious', () => {
  it('says so after three failures of the account, from anywhere', async () => {
    const throttle = createLoginThrottle()
    const ann = { address: null, accountKey: 'ann' }
    await checksOf(2, (check, index) => throttle.attempt(trier(`a${index}`, 'ann'), check))
    const before = await throttle.isSuspicious(ann)
    await throttle.attempt(trier('b', 'ann'), wrong)

    expect(before).toBe(false)
    expect(await throttle.isSuspicious(ann)).toBe(true)
    expect(await throttle.isSuspicious({ address: null, accountKey: 'bob' })).toBe(false)
  })

  it('says so after three failures of the address, whoever is tried', async () => {
    const throttle = createLoginThrottle()
    await checksOf(3, (check, index) => throttle.attempt(trier('a', `user-${index}`), check))

    expect(await throttle.isSuspicious({ address: { narrow: 'a', wide: 'a' }, accountKey: null })).toBe(true)
    expect(await throttle.isSuspicious({ address: { narrow: 'b', wide: 'b' }, accountKey: null })).toBe(false)
  })

  it('counts nothing', async () => {
    const throttle = only({ failuresPerAccount: few })
    await throttle.isSuspicious(trier('a', 'ann'))
    await throttle.isSuspicious(trier('a', 'ann'))

    expect(await checksOf(10, (check) => throttle.attempt(trier('a', 'ann'), check))).toBe(3)
  })
})

describe('the refusal', () => {
  it('is the same for whatever was counted, but for the time (rows 64, 78)', async () => {
    const byAccount = only({ failuresPerAccount: { points: 1, duration: 300 } })
    const byAddress = only({ failuresPerAddress: { points: 0, duration: 20 } })
    await byAccount.attempt(trier('a', 'user:1'), wrong)
    await byAccount.attempt(trier('a', 'name:nobody'), wrong)
    const refusals = await inTurn([
      () => byAccount.attempt(trier('a', 'user:1'), wrong),
      () => byAccount.attempt(trier('a', 'name:nobody'), wrong),
      () => byAddress.attempt(trier('a', 'user:1'), wrong),
    ])

    expect(refusals[1]).toEqual(refusals[0])
    expect(refusals[2]).toEqual(refusals[0])
    expect(refusals[0]).toMatchObject({ status: 429, retryAfter: 20 })
  })
})

describe('noThrottle', () => {
  it('lets everything through', async () => {
    await noThrottle.requireRoom({ narrow: 'a', wide: 'a' })

    expect(await checksOf(1_000, (check) => noThrottle.attempt(trier('a', 'ann'), check))).toBe(1_000)
    expect(await noThrottle.isSuspicious(trier('a', 'ann'))).toBe(false)
  })
})

/** The outcomes, or errors, of calls made one after another. */
async function inTurn(calls: readonly (() => Promise<unknown>)[]): Promise<unknown[]> {
  const outcomes: unknown[] = []
  for (const call of calls) outcomes.push(await call().catch((error: unknown) => error))
  return outcomes
}
