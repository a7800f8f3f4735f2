import { hashSync, verifySync } from '@node-rs/argon2'
import { matchesForeignHash } from './foreign-hashes.ts'
import { type UnreadableHash, currentForm, whyUnreadable } from './hash-forms.ts'

/** What a stored hash says about a password. */
export interface PasswordCheck {
  readonly matches: boolean
  /** The password's hash at the current cost, when it matches and what is stored is of another kind; else `null`. */
  readonly upgraded: string | null
  /** What comparing with a hash of another kind took, in milliseconds; not there where the kind is the current one. */
  readonly foreignMs?: number
  /** Why no password matches what is stored; not there where one could. */
  readonly unreadable?: UnreadableHash
}

/** Argon2id at the cost that OWASP's Password Storage Cheat Sheet asks for; m is in KiB. */
const currentCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 }

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
 * current cost whatever is stored, and what a hash of another kind takes beside it: see `createRefusalDelay`. Never throws.
 */
export function checkPassword(password: string, stored: string | null): PasswordCheck {
  const storedHash = stored ?? ''
  if (currentForm.test(storedHash)) {
    computations += 1
    return { matches: verifySync(storedHash, password.normalize('NFC')), upgraded: null }
  }

  const startedAt = performance.now()
  // As it was typed: that is what other software hashed.
  const matches = matchesForeignHash(password, storedHash)
  const foreignMs = performance.now() - startedAt
  const upgraded = hashPassword(password)
  const unreadable = stored === null ? null : whyUnreadable(storedHash)
  return {
    matches,
    upgraded: matches ? upgraded : null,
    ...(stored !== null && { foreignMs }),
    ...(unreadable !== null && { unreadable }),
  }
}
