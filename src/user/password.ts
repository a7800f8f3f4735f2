import { hashSync, verifySync } from '@node-rs/argon2'
import { matchesForeignHash } from './foreign-hashes.ts'

/** What a stored hash says about a password. */
export interface PasswordCheck {
  readonly matches: boolean
  /** The password's hash at the current cost, when it matches and what is stored is of another kind; else `null`. */
  readonly upgraded: string | null
}

/** Argon2id at the cost that OWASP's Password Storage Cheat Sheet asks for; m is in KiB. */
const currentCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 }

/** Exactly what `hashPassword` returns, to the unused bits of base64, so that verifying it can't fail halfway. */
const currentForm = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{21}[AQgw]\$[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/

let computations = 0

/** How many hashes at the current cost this thread has computed. */
export function countComputations(): number {
  return computations
}

/** Hashes a password, in Unicode form NFC and otherwise as it is. Blocks the thread for about 15 ms. */
export function hashPassword(password: string): string {
  computations += 1
  return hashSync(password.normalize('NFC'), currentCost)
}

/**
 * Compares a password with a stored hash; `null` stands for a user that doesn't exist. Costs exactly one hash at the
 * current cost whatever is stored, so that the time tells nothing about a user. Never throws.
 */
export function checkPassword(password: string, stored: string | null): PasswordCheck {
  const storedHash = stored ?? ''
  if (currentForm.test(storedHash)) {
    computations += 1
    return { matches: verifySync(storedHash, password.normalize('NFC')), upgraded: null }
  }

  const matches = matchesInAnyForm(password, storedHash)
  const upgraded = hashPassword(password)
  return { matches, upgraded: matches ? upgraded : null }
}

function matchesInAnyForm(password: string, stored: string): boolean {
  const normalized = password.normalize('NFC')
  // Other software hashes a password as it was typed.
  return matchesForeignHash(normalized, stored) || (normalized !== password && matchesForeignHash(password, stored))
}
