/** Exactly what `hashPassword` returns, to the unused bits of base64, so that verifying one can't fail halfway. */
export const currentForm: RegExp =
  /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{21}[AQgw]\$[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/
/** PBKDF2-SHA256 as Django (base64) and Piccolo (hexadecimal) write it. */
export const pbkdf2Form: RegExp = /^pbkdf2_sha256\$(\d{1,7})\$([^$]{1,256})\$(?:([0-9a-f]{64})|([A-Za-z0-9+/]{43}=))$/
/** Argon2 in PHC form, and behind Django's `argon2` prefix. */
export const argon2Form: RegExp =
  /^(?:argon2)?(\$argon2(?:id|i|d)\$v=(?:16|19)\$m=(\d{1,6}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,172})$/

/** Higher costs than these are read from no stored hash: a broken row must not hold a thread for seconds. */
const maxPbkdf2Iterations = 5_000_000
const maxArgon2MemoryKib = 262_144
const maxArgon2Passes = 16
const maxArgon2Lanes = 16

export function isAffordablePbkdf2(iterations: number): boolean {
  return iterations >= 1 && iterations <= maxPbkdf2Iterations
}

export function isAffordableArgon2(memoryKib: number, passes: number, lanes: number): boolean {
  return memoryKib <= maxArgon2MemoryKib && passes <= maxArgon2Passes && lanes <= maxArgon2Lanes
}

/** What comparing with a hash of another kind than latchkey's own takes. */
export interface ForeignCost {
  /** The same for all hashes of one kind and cost. */
  readonly name: string
  /** Roughly, on a machine of 2020: tells which of two costs is the dearer, and no more. */
  readonly roughMs: number
}

/** The cost of a foreign hash, from its parameters; `null` for latchkey's own kind, and for what is never computed. */
export function foreignCost(stored: string): ForeignCost | null {
  if (currentForm.test(stored)) return null
  const iterations = Number(pbkdf2Form.exec(stored)?.[1])
  if (isAffordablePbkdf2(iterations)) return { name: `pbkdf2_sha256 ${iterations}`, roughMs: iterations / 5_000 }

  const [memory = Number.NaN, passes = 0, lanes = 0] = argon2Form.exec(stored)?.slice(2).map(Number) ?? []
  if (!isAffordableArgon2(memory, passes, lanes)) return null
  return { name: `argon2 ${memory} ${passes} ${lanes}`, roughMs: (memory * passes) / 2_500 }
}

/** Whether a stored hash is of a kind that `matchesForeignHash` reads. */
export function isKnownHash(stored: string): boolean {
  return pbkdf2Form.test(stored) || argon2Form.test(stored)
}
