import { foldCase, hasTooManyMarks } from '../unicode.ts'

/** The one form in which a username or e-mail address is looked up, counted and kept unique. */
export interface Identifier {
  /** What contains an `@` is an e-mail address. */
  readonly kind: 'username' | 'email'
  readonly key: string
}

/** The longest key, in bytes of UTF-8: the longest address that mail can be sent to (RFC 5321). */
export const maxKeyBytes = 254

/** No spelling of a key is longer. */
const maxTextLength = 1_024

/** More combining marks in a row make a key of more bytes than a key can have, in whatever way they are composed. */
const maxMarks = 160

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

/**
 * Reads what was typed as a username or an e-mail address, spelled in whatever way: `Mike`, `ＭＩＫＥ ` and `mıke` have
 * one key, as `ß` and `ss` do. The key of a key is itself.
 *
 * `null` when it can be no name: empty, longer than 254 bytes, or with control, bidirectional or zero-width characters.
 */
export function toIdentifier(text: string): Identifier | null {
  if (text.length > maxTextLength || !text.isWellFormed() || hasTooManyMarks(text, maxMarks)) return null

  const key = foldCase(text).trim()
  if (key === '' || Buffer.byteLength(key) > maxKeyBytes || invisible.test(key)) return null
  return { kind: key.includes('@') ? 'email' : 'username', key }
}

/** The spelling in which a new username is stored: NFKC, without white space at its ends. */
export function spellUsername(text: string): string {
  return text.normalize('NFKC').trim()
}
