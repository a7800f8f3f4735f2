import { type Fault, MalformedBodyError } from '../errors.ts'
import { hasTooManyMarks } from '../unicode.ts'

/** Why a text can be nobody's password. */
export type PasswordBreak = 'passwordTooLong' | 'passwordBroken' | 'passwordMarks'

/** In code points, as typed or in NFC, whichever are fewer. */
export const maximumLength = 1_024
/** In units of UTF-16, however few characters they make in NFC. */
const longestSpelling = 4_096

/** What is said of a text that isn't about to become a password. */
const faults: Readonly<Record<PasswordBreak, Fault>> = {
  passwordTooLong: { code: 'fieldTooLong', values: { maximum: maximumLength } },
  passwordBroken: { code: 'fieldBroken' },
  passwordMarks: { code: 'fieldMarks' },
}

/**
 * Why a text can be nobody's password; `null` when it can. Takes the same time for a megabyte as for 4 KiB, and no longer
 * for combining marks than for letters.
 */
export function findPasswordBreak(password: string): PasswordBreak | null {
  if (password.length > longestSpelling) return 'passwordTooLong'
  if (!password.isWellFormed()) return 'passwordBroken'
  if (hasTooManyMarks(password)) return 'passwordMarks'
  return isTooLong(password) ? 'passwordTooLong' : null
}

/**
 * Stands before everything that normalizes or hashes a password.
 *
 * @throws {MalformedBodyError} When it can be nobody's.
 */
export function requirePossiblePassword(password: string, field: string): void {
  const broken = findPasswordBreak(password)
  if (broken !== null) throw new MalformedBodyError({ field, ...faults[broken] })
}

export function countCodePoints(text: string): number {
  return Array.from(text).length
}

function isTooLong(password: string): boolean {
  if (password.length <= maximumLength) return false
  return Math.min(countCodePoints(password), countCodePoints(password.normalize('NFC'))) > maximumLength
}
