import { ConfigError } from '../errors.ts'
import { foldCase } from './identifier.ts'

/** What may be a new password. Passwords that users have already are not held against it. */
export interface PasswordPolicy {
  /** The fewest characters, counted in Unicode code points (default: 8, the least that can be asked for). */
  readonly minimumLength: number
}

/** A policy by name, or what it changes. `'nist'` asks for 15 characters (NIST SP 800-63B-4, section 3.1.1.2). */
export type PasswordPolicyOption = 'nist' | Partial<PasswordPolicy>

const maximumLength = 1_024
const maximumBytes = 4_096
const tooLong = 'A password has at most 1,024 characters.'

/**
 * The whole policy that an option stands for.
 *
 * @throws {ConfigError} When the name is unknown, or `minimumLength` isn't a whole number from 8 to 1,024.
 */
export function createPasswordPolicy(option: PasswordPolicyOption = {}): PasswordPolicy {
  if (option === 'nist') return { minimumLength: 15 }
  if (typeof option !== 'object') throw new ConfigError("passwordPolicy must be 'nist' or an object.")

  const { minimumLength = 8 } = option
  if (!Number.isInteger(minimumLength) || minimumLength < 8 || minimumLength > maximumLength) {
    throw new ConfigError('passwordPolicy.minimumLength must be a whole number from 8 to 1024.')
  }
  return { minimumLength }
}

/**
 * What is wrong with a new password, as a sentence; `null` when nothing is.
 *
 * @param context - Words that can't be the whole password, in any case: the username and the e-mail address.
 */
export function checkNewPassword(policy: PasswordPolicy, password: string, context: readonly string[]): string | null {
  if (password.length > maximumBytes) return tooLong

  const normalized = password.normalize('NFC')
  if (!fits(normalized)) return tooLong
  if (!password.isWellFormed()) return 'The password holds broken Unicode.'
  if (countCodePoints(normalized) < policy.minimumLength) {
    return `A password has at least ${policy.minimumLength} characters.`
  }
  const folded = foldCase(password)
  return context.some((word) => foldCase(word) === folded)
    ? 'The password must not be the username or e-mail address.'
    : null
}

/**
 * Whether no stored password can be this long. Such a password is refused before it is hashed. Takes the same time for
 * a password of a megabyte as for one of 4 KiB.
 */
export function isPasswordTooLong(password: string): boolean {
  if (fits(password)) return false
  // A password that fits in NFC may be longer as it was typed, but never longer than this.
  return password.length > maximumBytes || !fits(password.normalize('NFC'))
}

function fits(password: string): boolean {
  if (password.length > maximumBytes) return false
  return Buffer.byteLength(password) <= maximumBytes && countCodePoints(password) <= maximumLength
}

function countCodePoints(text: string): number {
  return Array.from(text).length
}
