import { describe, expect, it } from 'vitest'
import { TooManyTriesError, memoryCounters } from '../../src/index.ts'
import { createAccountThrottle } from '../../src/throttle/account-throttle.ts'

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
    const wrong = async (): Promise<{ ok: false }> => ({ ok: false })
    await Promise.all(Array.from({ length: 10 }, () => one.countRegistration(address)))
    await Promise.all(Array.from({ length: 10 }, () => one.attemptChange({ userId: 'ann', device: null }, wrong)))

    await expect(other.countRegistration(address)).rejects.toThrow(TooManyTriesError)
    await expect(other.attemptChange({ userId: 'ann', device: null }, wrong)).rejects.toThrow(TooManyTriesError)
    await expect(other.attemptChange({ userId: 'bob', device: null }, wrong)).resolves.toEqual({ ok: false })
  })
})
