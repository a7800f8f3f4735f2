import { ConfigError, type Fault } from '../errors.ts'
import { foldCase } from '../unicode.ts'
import { isBlockedPassword } from './password-blocklist.ts'
import { countCodePoints, findPasswordBreak, maximumLength } from './password-form.ts'

/** What may be a new password. Passwords that users have already are not held against it. */
export interface PasswordPolicy {
  /** The fewest characters, counted in Unicode code points (default: 8, the least that can be asked for). */
  readonly minimumLength: number
}

/** A policy by name, or what it changes. `'nist'` asks for 15 characters (NIST SP 800-63B-4, section 3.1.1.2). */
export type PasswordPolicyOption = 'nist' | Partial<PasswordPolicy>

// Neither a name nor a listed password is longer, and folding takes as long as all the rest.
const longestFolded = 1_024

const tooLong: Fault = { code: 'passwordTooLong', values: { maximum: maximumLength } }

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
    throw new ConfigError(`passwordPolicy.minimumLength must be a whole number from 8 to ${maximumLength}.`)
  }
  return { minimumLength }
}

/**
 * What is wrong with a new password; `null` when nothing is. Only the password as a whole is held against words and
 * lists, in any case: a long one may well have a common one in it.
 *
 * @param words - What others can guess: the names of the user and of the site.
 */
export async function checkNewPassword(
  { minimumLength }: PasswordPolicy,
  password: string,
  words: readonly string[],
): Promise<Fault | null> {
  const broken = findPasswordBreak(password)
  if (broken !== null) return broken === 'passwordTooLong' ? tooLong : { code: broken }
  const isShort = countCodePoints(password.normalize('NFC')) < minimumLength
  if (isShort) return { code: 'passwordTooShort', values: { minimum: minimumLength } }

  if (password.length > longestFolded) return null
  const folded = foldCase(password)
  if (words.some((word) => foldCase(word) === folded)) return { code: 'passwordIsName' }
  return (await isBlockedPassword(folded)) ? { code: 'passwordCommon' } : null
}
