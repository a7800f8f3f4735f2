import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createClaims } from '../../src/captcha/claims.ts'

describe('claims', () => {
  it('are given to one caller each', () => {
    const claim = createClaims(60)

    expect([claim('a'), claim('a'), claim('b'), claim('a')]).toEqual([true, false, true, false])
  })

  it('are remembered through their expiry, and forgotten some time after it', async () => {
    const claim = createClaims(0.1)
    claim('a')
    await pause(110)
    const afterOne = claim('a')
    await pause(110)
    claim('b')
    await pause(110)

    expect(afterOne).toBe(false)
    expect(claim('a')).toBe(true)
  })

  it('are bounded: beyond the capacity the oldest are forgotten', () => {
    const claim = createClaims(60, 2)
    const ids = ['a', 'b', 'c', 'd', 'e']
    ids.forEach(claim)

    expect(claim('d')).toBe(false)
    expect(claim('a')).toBe(true)
  })
})
