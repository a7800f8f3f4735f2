import { createCipheriv, createHmac, hash, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto'
import { verifySync } from '@node-rs/argon2'
import { matchesBcrypt } from './bcrypt.ts'
import {
  type ForeignFormName,
  type HashParts,
  type ScryptParameters,
  hashIn,
  phpassDigits,
  readForeignHash,
  scryptParameters,
  whyUnreadable,
} from './hash-forms.ts'

/**
 * Is this the password of a hash that other software made, or latchkey with other costs? `false` for whatever else is
 * stored, at once; never throws.
 */
export function matchesForeignHash(password: string, stored: string): boolean {
  const found = whyUnreadable(stored) === null ? readForeignHash(stored) : null
  try {
    return found !== null && matchers[found.form](password, found.parts)
  } catch {
    // Some throw for what isn't of their form after all: argon2 of no cost, base64 with bits left over.
    return false
  }
}

/** As it was typed, unless the system that made such hashes had another form of it. */
const matchers: Readonly<Record<ForeignFormName, (password: string, parts: HashParts) => boolean>> = {
  pbkdf2: matchesPbkdf2,
  'pbkdf2 of Werkzeug': matchesPbkdf2,
  argon2: (password, { phc = '' }) => verifySync(phc, password),
  bcrypt: (password, { bcrypt = '' }) => matchesBcrypt(password, bcrypt),
  'bcrypt of SHA-256': (password, { bcrypt = '' }) => matchesBcrypt(hash('sha256', password), bcrypt),
  'bcrypt of WordPress': (password, { bcrypt = '' }) =>
    matchesBcrypt(createHmac('sha384', 'wp-sha384').update(trimLikePhp(password)).digest('base64'), bcrypt),
  phpass: matchesPhpass,
  'scrypt of Better Auth': matchesBetterAuth,
  'scrypt of Werkzeug': matchesScrypt,
  'scrypt of Django': matchesScrypt,
  scrypt: (password, parts) => matchesScrypt(password, parts, Buffer.from(parts['salt'] ?? '', 'base64')),
  'scrypt of Firebase': matchesFirebase,
}

function matchesPbkdf2(password: string, parts: HashParts): boolean {
  const { salt = '', count, digest = '' } = parts
  const expected = hashIn(parts)
  return timingSafeEqual(pbkdf2Sync(password, salt, Number(count), expected.length, digest), expected)
}

/** WordPress trims passwords, phpBB doesn't. */
function matchesPhpass(password: string, parts: HashParts): boolean {
  const trimmed = trimLikePhp(password)
  return isPhpass(password, parts) || (trimmed !== password && isPhpass(trimmed, parts))
}

function isPhpass(password: string, { rounds = '', salt = '', hash: expected = '' }: HashParts): boolean {
  const text = Buffer.from(password)
  let last = hash('md5', Buffer.concat([Buffer.from(salt), text]), 'buffer')
  for (let left = 2 ** phpassDigits.indexOf(rounds); left > 0; left -= 1) {
    last = hash('md5', Buffer.concat([last, text]), 'buffer')
  }
  return timingSafeEqual(Buffer.from(writePhpass(last)), Buffer.from(expected))
}

/** Base64 of its own: the first of three bytes stands lowest. */
function writePhpass(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const three = bytes.subarray(at, at + 3)
    let value = three.reduceRight((sum, byte) => sum * 256 + byte, 0)
    for (let digits = Math.ceil((three.length * 8) / 6); digits > 0; digits -= 1) {
      text += phpassDigits.charAt(value % 64)
      value = Math.floor(value / 64)
    }
  }
  return text
}

function matchesScrypt(password: string, parts: HashParts, salt: string | Buffer = parts['salt'] ?? ''): boolean {
  const expected = hashIn(parts)
  return timingSafeEqual(scrypt(password, salt, expected.length, scryptParameters(parts)), expected)
}

/** Better Auth and Lucia 3 have blocks of 16; Lucia before that had blocks of 8. */
function matchesBetterAuth(password: string, parts: HashParts): boolean {
  const text = password.normalize('NFKC')
  const expected = hashIn(parts)
  const hashOf = (r: number): Buffer => scrypt(text, parts['salt'] ?? '', expected.length, { N: 2 ** 14, r, p: 1 })
  return timingSafeEqual(hashOf(16), expected) || timingSafeEqual(hashOf(8), expected)
}

/** What is stored is the project's key, enciphered with what scrypt makes of the password. */
function matchesFirebase(password: string, parts: HashParts): boolean {
  const { salt = '', separator = '', key = '' } = parts
  const salted = Buffer.concat([Buffer.from(salt, 'base64'), Buffer.from(separator, 'base64')])
  const cipher = createCipheriv('aes-256-ctr', scrypt(password, salted, 32, scryptParameters(parts)), Buffer.alloc(16))
  const enciphered = Buffer.concat([cipher.update(Buffer.from(key, 'base64')), cipher.final()])
  const expected = hashIn(parts)
  return enciphered.length === expected.length && timingSafeEqual(enciphered, expected)
}

function scrypt(password: string, salt: string | Buffer, length: number, { N, r, p }: ScryptParameters): Buffer {
  return scryptSync(password, salt, length, { N, r, p, maxmem: 256 * N * r + 1024 * r * p })
}

/** White space as PHP's `trim` knows it. */
function trimLikePhp(text: string): string {
  return text.replaceAll(/^[ \t\n\r\v\0]+|[ \t\n\r\v\0]+$/g, '')
}
