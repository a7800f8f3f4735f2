import { describe, expect, it } from 'vitest'
import { TooManyTriesError, memoryCounters } from '../../src/index.ts'
import { createAccountThrottle, noAccountThrottle } from '../../src/throttle/account-throttle.ts'
import { createRecordedCounters } from './recorded-counters.ts'

const wrong = async (): Promise<{ ok: false }> => ({ ok: false })
const right = async (): Promise<{ ok: true }> => ({ ok: true })
const wide = '20010db80000/48'

describe('createAccountThrottle', () => {
  it('takes ten registrations an hour from one address (row 69)', async () => {
    const throttle = createAccountThrottle()
    const count = (): Promise<void> => throttle.countRegistration({ narrow: '203.0.113.7', wide: '203.0.113.7' })
    await Promise.all(Array.from({ length: 10 }, count))

    await expect(count()).rejects.toThrow(TooManyTriesError)
  })

  it('takes a hundred an hour from one IPv6 /48, of which each /64 is an address (rows 69, 72)', async () => {
    const throttle = createAccountThrottle()
    const count = (network: number): Promise<void> => throttle.countRegistration({ narrow: `${network}/64`, wide })
    await Promise.all(Array.from({ length: 100 }, (_, network) => count(network)))

    await expect(count(100)).rejects.toThrow(TooManyTriesError)
    await expect(throttle.countRegistration({ narrow: '100/64', wide: 'another/48' })).resolves.toBeUndefined()
  })

  it('counts together with all that share its store (rows 61, 69)', async () => {
    const store = memoryCounters()
    const [one, other] = [createAccountThrottle({ store }), createAccountThrottle({ store })]
    const address = { narrow: '203.0.113.7', wide: '203.0.113.7' }
    await Promise.all(Array.from({ length: 10 }, () => one.countRegistration(address)))
    await Promise.all(Array.from({ length: 10 }, () => one.attemptChange({ userId: 'ann', device: null }, wrong)))

    await expect(other.countRegistration(address)).rejects.toThrow(TooManyTriesError)
    await expect(other.attemptChange({ userId: 'ann', device: null }, wrong)).rejects.toThrow(TooManyTriesError)
    await expect(other.attemptChange({ userId: 'bob', device: null }, wrong)).resolves.toEqual({ ok: false })
  })

  it('keeps each count under a name of its own, by which other versions of latchkey find it', async () => {
    const { store, asked } = createRecordedCounters()
    const throttle = createAccountThrottle({ store })
    await throttle.countRegistration({ narrow: 'a/64', wide: 'a/48' })
    await throttle.attemptChange({ userId: 'ann', device: null }, wrong)
    await throttle.attemptChange({ userId: 'ann', device: { id: 'd', userId: 'ann' } }, wrong)
    await throttle.attemptChange({ userId: 'ann', device: { id: 'd', userId: 'bob' } }, wrong)

    expect(asked).toEqual([
      'count register:address:a/64',
      'count register:network:a/48',
      'count change:user:ann',
      'count change:user:device:d',
      'count change:user:ann',
    ])
  })

  it('counts no registration of an address that the host doesn’t tell (row 74)', async () => {
    const { store, asked } = createRecordedCounters()
    await createAccountThrottle({ store }).countRegistration(null)

    expect(asked).toEqual([])
  })

  it('forgets failed changes after one that succeeds (row 78)', async () => {
    const throttle = createAccountThrottle()
    const change = (outcome: () => Promise<{ ok: boolean }>): Promise<unknown> =>
      throttle.attemptChange({ userId: 'ann', device: null }, outcome)
    await Promise.all(Array.from({ length: 9 }, () => change(wrong)))
    await change(right)
    await Promise.all(Array.from({ length: 10 }, () => change(wrong)))

    await expect(change(right)).rejects.toThrow(TooManyTriesError)
  })
})

describe('noAccountThrottle', () => {
  it('lets everything through', async () => {
    await noAccountThrottle.countRegistration({ narrow: 'a', wide: 'a' })

    expect(await noAccountThrottle.attemptChange({ userId: 'ann', device: null }, wrong)).toEqual({ ok: false })
  })
})
