import { describe, expect, it } from 'vitest'
import { createAuth } from '../../src/auth.ts'
import { minutes } from '../../src/duration.ts'
import { ConfigError } from '../../src/errors.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import { type LimitOptions, completeLimits } from '../../src/throttle/default-limits.ts'
import { memoryCounters } from '../../src/throttle/memory-counters.ts'

const right = async (): Promise<{ ok: true }> => ({ ok: true })
const wrong = async (): Promise<{ ok: false }> => ({ ok: false })

describe('completeLimits', () => {
  it('replaces the limits that are named, and no others', () => {
    const failuresPerAddress = { points: 5, duration: minutes(1) }
    const { login, change } = completeLimits({ login: { failuresPerAddress } })

    expect(login.failuresPerAddress).toBe(failuresPerAddress)
    expect(login.failuresPerNetwork).toEqual({ points: 200, duration: 300 })
    expect(change.failuresPerAccount).toEqual({ points: 10, duration: 900 })
  })

  it.each<[string, unknown]>([
    ['limits is an object of login, register, change; it has no logins.', { logins: {} }],
    ['limits is an object of login, register, change.', 5],
    ['limits.login is an object of requestsPerAddress, .*; it has no perAddress.', { login: { perAddress: {} } }],
    ['limits.login is an object of requestsPerAddress', { login: null }],
    [
      'limits.register is an object of requestsPerAddress, requestsPerNetwork; it has no failuresPerAddress.',
      { register: { failuresPerAddress: { points: 1, duration: 60 } } },
    ],
    [
      'limits.login.failuresPerAddress is a whole number of points',
      { login: { failuresPerAddress: { points: -1, duration: 60 } } },
    ],
    ['limits.login.failuresPerAddress is a whole number of points', { login: { failuresPerAddress: 20 } }],
    ['limits.login.failuresPerAddress is a whole number of points', { login: { failuresPerAddress: undefined } }],
    ['limits.change.failuresPerAccount is a whole number of points', { change: { failuresPerAccount: { points: 1 } } }],
  ])('says: %s', (sentence, options) => {
    // As JavaScript passes them.
    const complete = (): unknown => completeLimits(options as LimitOptions)

    expect(complete).toThrow(ConfigError)
    expect(complete).toThrow(new RegExp(`^${sentence}`))
  })

  it('is what createAuth says of its option', () => {
    expect(() => createAuth({ limits: { login: { failuresPerAccount: { points: 0, duration: 60 } } } })).toThrow(
      'failuresPerAccount is a limit of 1 point or more.',
    )
  })
})

describe('createAuth', () => {
  const address = { narrow: 'a', wide: 'a' }
  const fewPerAddress = { login: { failuresPerAddress: { points: 1, duration: minutes(5) } } }

  it('counts limits of one’s own in its counters', async () => {
    const counters = memoryCounters()
    const [one, other] = [
      createAuth({ limits: fewPerAddress, counters }),
      createAuth({ limits: fewPerAddress, counters }),
    ]
    await one.throttle.attempt('login', { address, accountKey: 'user:ann' }, wrong)

    await expect(other.throttle.requireRoom('login', address)).rejects.toThrow('Too many tries')
  })

  it('counts by its clock', async () => {
    const clock = createMovableClock()
    const { throttle } = createAuth({ limits: fewPerAddress, clock })
    await throttle.attempt('login', { address, accountKey: 'user:ann' }, wrong)
    await expect(throttle.requireRoom('login', address)).rejects.toThrow('Too many tries')
    clock.move(minutes(5))

    await expect(throttle.requireRoom('login', address)).resolves.toBeUndefined()
    await expect(throttle.attempt('login', { address, accountKey: 'user:ann' }, right)).resolves.toEqual({ ok: true })
  })

  it('limits nothing where limits is null', async () => {
    const { throttle } = createAuth({ limits: null })

    await expect(throttle.requireRoom('login', address)).resolves.toBeUndefined()
    expect(await throttle.isSuspicious({ address, nameKey: 'ann' })).toBe(false)
  })
})
