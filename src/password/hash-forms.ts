import { hasBcrypt } from './bcrypt.ts'

/** Exactly what `hashPassword` returns, to the unused bits of base64, so that verifying one can't fail halfway. */
export const currentForm: RegExp =
  /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{21}[AQgw]\$[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/

/** What comparing with a hash of another kind than latchkey's own takes. */
export interface ForeignCost {
  /** The same for all hashes of one kind and cost. */
  readonly name: string
  /** Roughly, on a machine of 2020: tells which of two costs is the dearer, and no more. */
  readonly roughMs: number
}

/** How a foreign hash is written, by whose software. */
export type ForeignFormName =
  | 'pbkdf2'
  | 'pbkdf2 of Werkzeug'
  | 'argon2'
  | 'bcrypt'
  | 'bcrypt of SHA-256'
  | 'bcrypt of WordPress'
  | 'phpass'
  | 'scrypt'
  | 'scrypt of Better Auth'
  | 'scrypt of Django'
  | 'scrypt of Firebase'
  | 'scrypt of Werkzeug'

/** A way in which other software writes hashes. */
interface ForeignForm {
  /** Its parts by name. */
  readonly pattern: RegExp
  /** What a hash of these parts costs; `null` where its parameters are wrong, or would hold a thread for seconds. */
  readonly cost: (parts: HashParts) => ForeignCost | null
}

/** What stands in a hash, by name; empty where it isn't there. */
export type HashParts = Readonly<Record<string, string>>

const maxPbkdf2Iterations = 5_000_000
const maxArgon2MemoryKib = 262_144
const maxArgon2Passes = 16
const maxArgon2Lanes = 16
const maxScryptBytes = 2 ** 28
const maxScryptWork = 2 ** 22
const bcryptCosts = { least: 4, most: 14 }
const phpassCosts = { least: 7, most: 18 }

/** The digits of phpass and bcrypt, in the order of their values. */
export const phpassDigits = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const bcrypt = String.raw`\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53}`
const salt = '(?<salt>[^$]{1,256})'
const base64 = '[A-Za-z0-9+/]'

const forms: Readonly<Record<ForeignFormName, ForeignForm>> = {
  // Django (base64) and Piccolo (hexadecimal).
  pbkdf2: {
    pattern: new RegExp(
      `^pbkdf2_(?<digest>sha1|sha256)\\$(?<count>\\d{1,7})\\$${salt}\\$(?:(?<hex>[0-9a-f]{64})|(?<base64>${base64}{27,43}=))$`,
    ),
    cost: pbkdf2Cost,
  },
  // Flask, until Werkzeug 2.
  'pbkdf2 of Werkzeug': {
    pattern: new RegExp(`^pbkdf2:(?<digest>sha256|sha512):(?<count>\\d{1,7})\\$${salt}\\$(?<hex>[0-9a-f]{64,128})$`),
    cost: pbkdf2Cost,
  },
  // In PHC form, and behind Django's prefix.
  argon2: {
    pattern: new RegExp(
      String.raw`^(?:argon2)?(?<phc>\$argon2(?:id|i|d)\$v=(?:16|19)\$m=(?<memory>\d{1,6}),t=(?<passes>\d{1,2}),p=(?<lanes>\d{1,2})` +
        String.raw`\$${base64}{11,86}\$${base64}{16,172})$`,
    ),
    cost: ({ memory, passes, lanes }) => {
      const [kib, times] = [Number(memory), Number(passes)]
      const isTooDear = kib > maxArgon2MemoryKib || times > maxArgon2Passes || Number(lanes) > maxArgon2Lanes
      return isTooDear ? null : { name: `argon2 ${memory} ${passes} ${lanes}`, roughMs: (kib * times) / 2_500 }
    },
  },
  // PHP, Rails, Phoenix, Auth0, Clerk, Supabase; behind Django's prefix, too. `$2x$` is the form of an old mistake.
  bcrypt: { pattern: new RegExp(`^(?:bcrypt\\$)?(?<bcrypt>${bcrypt})$`), cost: bcryptCost },
  // Django.
  'bcrypt of SHA-256': { pattern: new RegExp(`^bcrypt_sha256\\$(?<bcrypt>${bcrypt})$`), cost: bcryptCost },
  // From 6.8 on.
  'bcrypt of WordPress': { pattern: new RegExp(`^\\$wp(?<bcrypt>${bcrypt})$`), cost: bcryptCost },
  // WordPress before 6.8, phpBB.
  phpass: {
    pattern: /^\$[PH]\$(?<rounds>[./0-9A-Za-z])(?<salt>[./0-9A-Za-z]{8})(?<hash>[./0-9A-Za-z]{22})$/,
    cost: ({ rounds = '' }) => {
      const log2 = phpassDigits.indexOf(rounds)
      return log2 < phpassCosts.least || log2 > phpassCosts.most
        ? null
        : { name: `phpass ${log2}`, roughMs: 2 ** log2 / 700 }
    },
  },
  // Better Auth, and Lucia behind `s2:`. The salt is the hexadecimal text itself.
  'scrypt of Better Auth': {
    pattern: /^(?:s2:)?(?<salt>[0-9a-f]{32}):(?<hex>[0-9a-f]{128})$/,
    cost: () => scryptCost({ N: 2 ** 14, r: 16, p: 1 }),
  },
  // Flask, from Werkzeug 3 on.
  'scrypt of Werkzeug': {
    pattern: new RegExp(`^scrypt:(?<N>\\d{1,8}):(?<r>\\d{1,3}):(?<p>\\d{1,3})\\$${salt}\\$(?<hex>[0-9a-f]{128})$`),
    cost: (parts) => scryptCost(scryptParameters(parts)),
  },
  'scrypt of Django': {
    pattern: new RegExp(
      `^scrypt\\$(?<N>\\d{1,8})\\$${salt}\\$(?<r>\\d{1,3})\\$(?<p>\\d{1,3})\\$(?<base64>${base64}{86}==)$`,
    ),
    cost: (parts) => scryptCost(scryptParameters(parts)),
  },
  // In PHC form: passlib, Kratos.
  scrypt: {
    pattern: new RegExp(
      `^\\$scrypt\\$ln=(?<ln>\\d{1,2}),r=(?<r>\\d{1,3}),p=(?<p>\\d{1,3})\\$(?<salt>${base64}{1,256})\\$(?<base64>${base64}{22,171})$`,
    ),
    cost: (parts) => scryptCost(scryptParameters(parts)),
  },
  // Firebase, as Supabase writes it.
  'scrypt of Firebase': {
    pattern: new RegExp(
      `^\\$fbscrypt\\$v=1,n=(?<ln>\\d{1,2}),r=(?<r>\\d{1,3}),p=(?<p>\\d{1,3})` +
        `,ss=(?<separator>${base64}{1,64}={0,2}),sk=(?<key>${base64}{1,256}={0,2})` +
        `\\$(?<salt>${base64}{1,256}={0,2})\\$(?<base64>${base64}{1,256}={0,2})$`,
    ),
    cost: (parts) => scryptCost(scryptParameters(parts)),
  },
}

/** A stored hash that other software made, taken apart. */
export interface ForeignHash {
  readonly form: ForeignFormName
  readonly parts: HashParts
  readonly cost: ForeignCost
}

/** No form is longer. */
const longest = 1_024

/** Takes a foreign hash apart; `null` for latchkey's own, for what is of no known form, and for what is too dear. */
export function readForeignHash(stored: string): ForeignHash | null {
  if (stored.length > longest || currentForm.test(stored)) return null
  for (const [name, { pattern, cost }] of Object.entries(forms)) {
    const parts = pattern.exec(stored)?.groups
    if (parts === undefined) continue
    const known = cost(parts)
    // The keys are those of the table.
    return known === null ? null : { form: name as ForeignFormName, parts, cost: known }
  }
  return null
}

/** The cost of a foreign hash, from its parameters; `null` for latchkey's own kind, and for what is never computed. */
export function foreignCost(stored: string): ForeignCost | null {
  return readForeignHash(stored)?.cost ?? null
}

/** Why no password can be held against a stored hash. */
export type UnreadableHash = 'unknown_form' | 'bcrypt_missing'

/** Why no password can be held against a stored hash; `null` where one can. */
export function whyUnreadable(stored: string): UnreadableHash | null {
  if (currentForm.test(stored)) return null
  const found = readForeignHash(stored)
  if (found === null) return 'unknown_form'
  return found.form.startsWith('bcrypt') && !hasBcrypt() ? 'bcrypt_missing' : null
}

/** The hash itself. */
export function hashIn({ hex, base64: text = '' }: HashParts): Buffer {
  return hex === undefined ? Buffer.from(text, 'base64') : Buffer.from(hex, 'hex')
}

/** What scrypt takes (RFC 7914): work factor, block size, lanes. */
export interface ScryptParameters {
  readonly N: number
  readonly r: number
  readonly p: number
}

export function scryptParameters({ N, ln, r, p }: HashParts): ScryptParameters {
  return { N: ln === undefined ? Number(N) : 2 ** Number(ln), r: Number(r), p: Number(p) }
}

function scryptCost({ N, r, p }: ScryptParameters): ForeignCost | null {
  const isPowerOf2 = N > 1 && Number.isInteger(Math.log2(N))
  if (!isPowerOf2 || r < 1 || p < 1 || 128 * N * r > maxScryptBytes || N * r * p > maxScryptWork) return null
  return { name: `scrypt ${N} ${r} ${p}`, roughMs: (N * r * p) / 2_500 }
}

/** How many bytes each digest has. */
const digestBytes: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 }

function pbkdf2Cost(parts: HashParts): ForeignCost | null {
  const { digest = '', count } = parts
  const iterations = Number(count)
  const isWhole = hashIn(parts).length === digestBytes[digest]
  if (!isWhole || iterations < 1 || iterations > maxPbkdf2Iterations) return null
  return { name: `pbkdf2_${digest} ${iterations}`, roughMs: iterations / 6_000 }
}

function bcryptCost({ cost }: HashParts): ForeignCost | null {
  const log2 = Number(cost)
  return log2 < bcryptCosts.least || log2 > bcryptCosts.most
    ? null
    : { name: `bcrypt ${log2}`, roughMs: 2 ** log2 / 16 }
}
