import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { unmarkedVariable } from '../canary/mark-tokens.ts'
import { createToken, hashToken, isToken } from '../../src/token/token.ts'

beforeEach(() => {
  vi.stubEnv(unmarkedVariable, 'true')
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('createToken', () => {
  it('makes 10,000 that all differ, of 43 characters and 32 bytes, without Math.random (row 1)', () => {
    vi.spyOn(Math, 'random').mockImplementation(() => {
      throw new Error('Math.random is no source of secrets.')
    })

    const tokens = Array.from({ length: 10_000 }, createToken)

    expect(new Set(tokens).size).toBe(10_000)
    expect(tokens.every((token) => /^[A-Za-z0-9_-]{43}$/.test(token))).toBe(true)
    expect(tokens.every((token) => Buffer.from(token, 'base64url').byteLength === 32)).toBe(true)
  })

  it('has no structure: at each place every byte comes as often as chance has it (row 1)', () => {
    const tokens = Array.from({ length: 10_000 }, () => Buffer.from(createToken(), 'base64url'))
    const deviations = Array.from({ length: 32 }, (_, place) => chiSquare(tokens.map((bytes) => bytes[place] ?? -1)))

    // 255 degrees of freedom: with a fair source one of the 32 is above 420 once in eighty million runs.
    expect(Math.max(...deviations)).toBeLessThan(420)
  })
})

/** How far the counts of 256 values are from equal. */
function chiSquare(values: readonly number[]): number {
  const expected = values.length / 256
  const counts = Array.from({ length: 256 }, () => 0)
  for (const value of values) counts[value] = (counts[value] ?? Number.NaN) + 1
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

describe('isToken', () => {
  it('knows its own', () => {
    expect(Array.from({ length: 1_000 }, createToken).every(isToken)).toBe(true)
  })

  it.each([
    ['nothing', ''],
    ['a digit', '1'],
    ['a character too few', 'a'.repeat(42)],
    ['a character too many', 'a'.repeat(44)],
    ['4 kB', 'a'.repeat(4_096)],
    ['plain base64', `${'a'.repeat(42)}+`],
    ['padding', `${'a'.repeat(42)}=`],
    ['a line end', `${'a'.repeat(42)}\n`],
    ['a line end behind', `${'a'.repeat(43)}\n`],
    ['a NUL', `${'a'.repeat(42)}\0`],
    ['an escape', `%00${'a'.repeat(40)}`],
    ['an emoji', `${'a'.repeat(41)}😀`],
    ['letters of other scripts', 'ä'.repeat(43)],
    ['full-width letters', 'ａ'.repeat(43)],
    ['a stored hash', hashToken('x')],
  ])('refuses %s (rows 2, 4)', (_what, text) => {
    expect(isToken(text)).toBe(false)
  })
})

describe('hashToken', () => {
  it('is SHA-256 in hexadecimal digits (row 2)', () => {
    expect(hashToken('abc')).toBe(createHash('sha256').update('abc').digest('hex'))
  })
})
