import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { blockedPasswords } from '../../src/password/blocked-passwords.ts'
import { foldCase } from '../../src/unicode.ts'
import {
  checkNewPassword,
  createPasswordPolicy,
  type PasswordPolicyOption,
} from '../../src/password/password-policy.ts'

const policy = createPasswordPolicy()

describe('createPasswordPolicy', () => {
  it('asks for 8 characters, or 15 with nist', () => {
    expect(createPasswordPolicy()).toEqual({ minimumLength: 8 })
    expect(createPasswordPolicy('nist')).toEqual({ minimumLength: 15 })
    expect(createPasswordPolicy({ minimumLength: 12 })).toEqual({ minimumLength: 12 })
    expect(createPasswordPolicy({ minimumLength: 1_024 })).toEqual({ minimumLength: 1_024 })
  })

  it.each([7, 8.5, 1_025, Number.NaN])('refuses a minimum length of %d', (minimumLength) => {
    expect(() => createPasswordPolicy({ minimumLength })).toThrow(ConfigError)
    expect(() => createPasswordPolicy({ minimumLength })).toThrow(
      'passwordPolicy.minimumLength must be a whole number from 8 to 1024.',
    )
  })

  it('refuses a name that it does not know', () => {
    // JavaScript has no types to stop this.
    const unknown = 'strict' as PasswordPolicyOption
    expect(() => createPasswordPolicy(unknown)).toThrow(ConfigError)
    expect(() => createPasswordPolicy(unknown)).toThrow("passwordPolicy must be 'nist' or an object.")
  })
})

describe('checkNewPassword', () => {
  it.each([
    ['8 characters', 'vwxyzvwx'],
    ['8 emoji', '\u{1f511}'.repeat(8)],
    ['spaces and NUL', ' \u0000 \u0000 \u0000 '.padEnd(8)],
    ['1,024 characters', 'a'.repeat(1_024)],
    ['4,096 bytes', '\u{1f511}'.repeat(1_024)],
    ['1,024 characters in NFD', 'e\u0301'.repeat(1_024)],
    ['a longer password with the name in it', 'annabell1234'],
    ['a longer password with a common one in it', 'password of ann'],
  ])('accepts %s (row 59)', async (_what, password) => {
    expect(await checkNewPassword(policy, password, ['annabell'])).toBeNull()
  })

  it.each([
    ['7 characters', 'aaaaaaa', 'passwordTooShort'],
    ['4 emoji, which are 8 units', '\u{1f511}'.repeat(4), 'passwordTooShort'],
    ['4 letters, which are 8 in NFD', 'e\u0301'.repeat(4), 'passwordTooShort'],
    ['1,025 characters', 'a'.repeat(1_025), 'passwordTooLong'],
    ['a megabyte', 'a'.repeat(1_000_000), 'passwordTooLong'],
    ['half a surrogate pair', 'aaaaaaaa\ud800', 'passwordBroken'],
    ['31 combining marks in a row', 'aaaaaaaa' + '\u0301'.repeat(31), 'passwordMarks'],
    ['the name in another case', 'AnnaBell', 'passwordIsName'],
    ['the address', 'ann@example.org', 'passwordIsName'],
    ['a common one', 'password', 'passwordCommon'],
    ['a common one in another case', 'PassWord1', 'passwordCommon'],
    ['a common one in full-width letters', '\uff50\uff41\uff53\uff53word', 'passwordCommon'],
    ['one of the last of the list', 'chipster', 'passwordCommon'],
  ])('refuses %s (row 59)', async (_what, password, fault) => {
    expect((await checkNewPassword(policy, password, ['annabell', 'Ann@Example.org']))?.code).toBe(fault)
  })

  it('asks for 15 characters with nist (row 59)', async () => {
    const nist = createPasswordPolicy('nist')

    const fault = { code: 'passwordTooShort', values: { minimum: 15 } }
    expect(await checkNewPassword(nist, 'correct horses', [])).toEqual(fault)
    expect(await checkNewPassword(nist, 'correct horses.', [])).toBeNull()
  })
})

describe('blockedPasswords', () => {
  it('has at least 3,000, each once, and none that its length or its case would hide (row 59)', () => {
    const words = blockedPasswords.trim().split(/\s/)

    expect(new Set(words).size).toBe(10_000)
    expect(words.filter((word) => Array.from(word).length < 8 || foldCase(word) !== word)).toEqual([])
  })
})
