import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import {
  checkNewPassword,
  createPasswordPolicy,
  isPasswordTooLong,
  type PasswordPolicyOption,
} from '../../src/user/password-policy.ts'

const policy = createPasswordPolicy()

describe('createPasswordPolicy', () => {
  it('asks for 8 characters, or 15 with nist', () => {
    expect(createPasswordPolicy()).toEqual({ minimumLength: 8 })
    expect(createPasswordPolicy('nist')).toEqual({ minimumLength: 15 })
    expect(createPasswordPolicy({ minimumLength: 12 })).toEqual({ minimumLength: 12 })
  })

  it.each([7, 8.5, 1_025, Number.NaN])('refuses a minimum length of %d', (minimumLength) => {
    expect(() => createPasswordPolicy({ minimumLength })).toThrow(ConfigError)
  })

  it('refuses a name that it does not know', () => {
    // JavaScript has no types to stop this.
    expect(() => createPasswordPolicy('strict' as PasswordPolicyOption)).toThrow(ConfigError)
  })
})

describe('checkNewPassword', () => {
  it.each([
    ['8 characters', 'aaaaaaaa'],
    ['8 emoji', '\u{1f511}'.repeat(8)],
    ['spaces and NUL', ' \u0000 \u0000 \u0000 '.padEnd(8)],
    ['1,024 characters', 'a'.repeat(1_024)],
    ['4,096 bytes', '\u{1f511}'.repeat(1_024)],
    ['1,024 characters in NFD', 'e\u0301'.repeat(1_024)],
    ['a longer password with the name in it', 'annabell1234'],
  ])('accepts %s (row 59)', (_what, password) => {
    expect(checkNewPassword(policy, password, ['annabell'])).toBeNull()
  })

  it.each([
    ['7 characters', 'aaaaaaa', 'A password has at least 8 characters.'],
    ['4 emoji, which are 8 units', '\u{1f511}'.repeat(4), 'A password has at least 8 characters.'],
    ['4 letters, which are 8 in NFD', 'e\u0301'.repeat(4), 'A password has at least 8 characters.'],
    ['1,025 characters', 'a'.repeat(1_025), 'A password has at most 1,024 characters.'],
    ['a megabyte', 'a'.repeat(1_000_000), 'A password has at most 1,024 characters.'],
    ['half a surrogate pair', 'aaaaaaaa\ud800', 'The password holds broken Unicode.'],
    ['the name in another case', 'AnnaBell', 'The password must not be the username or e-mail address.'],
    ['the address', 'ann@example.org', 'The password must not be the username or e-mail address.'],
  ])('refuses %s (row 59)', (_what, password, sentence) => {
    expect(checkNewPassword(policy, password, ['annabell', 'Ann@Example.org'])).toBe(sentence)
  })

  it('asks for 15 characters with nist', () => {
    expect(checkNewPassword(createPasswordPolicy('nist'), 'a'.repeat(14), [])).toBe(
      'A password has at least 15 characters.',
    )
    expect(checkNewPassword(createPasswordPolicy('nist'), 'a'.repeat(15), [])).toBeNull()
  })
})

describe('isPasswordTooLong', () => {
  it.each([
    ['nothing', ''],
    ['1,024 characters', 'a'.repeat(1_024)],
    ['1,024 emoji', '\u{1f511}'.repeat(1_024)],
    ['1,024 letters in NFD', 'e\u0301'.repeat(1_024)],
  ])('lets %s through (row 58)', (_what, password) => {
    expect(isPasswordTooLong(password)).toBe(false)
  })

  it.each([
    ['1,025 characters', 'a'.repeat(1_025)],
    ['1,025 emoji', '\u{1f511}'.repeat(1_025)],
    ['1,025 letters in NFD', 'e\u0301'.repeat(1_025)],
    ['a megabyte', 'a'.repeat(1_000_000)],
  ])('stops %s (row 58)', (_what, password) => {
    expect(isPasswordTooLong(password)).toBe(true)
  })
})
