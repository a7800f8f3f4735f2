import { describe, expect, it } from 'vitest'
import { fakeCaptcha } from '../../src/testing/index.ts'

const details = { address: null, hostnames: [], signal: AbortSignal.timeout(60_000) }

describe('fakeCaptcha', () => {
  it('takes the token of a person, as often as it comes', async () => {
    const captcha = fakeCaptcha()

    expect([await captcha.verify('person', details), await captcha.verify('person', details)]).toEqual([true, true])
  })

  it('refuses any other token', async () => {
    expect(await fakeCaptcha().verify('robot', details)).toBe(false)
  })

  it('can be out of order', () => {
    expect(() => fakeCaptcha().verify('unavailable', details)).toThrow('out of order')
  })

  it('remembers what it was asked', async () => {
    const captcha = fakeCaptcha()
    await captcha.verify('robot', details)
    await captcha.verify('person', details)

    expect(captcha.tokens).toEqual(['robot', 'person'])
  })
})
