import { pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import { verifySync } from '@node-rs/argon2'
import { argon2Form, isAffordableArgon2, isAffordablePbkdf2, pbkdf2Form } from './hash-forms.ts'

/**
 * Is this the password of a hash that other software made, or latchkey with other costs? Reads argon2 in PHC form and
 * behind Django's `argon2` prefix, and PBKDF2-SHA256 as Django (base64) and Piccolo (hexadecimal) write it.
 * `false` for whatever else is stored; never throws.
 */
export function matchesForeignHash(password: string, stored: string): boolean {
  return matchesPbkdf2(password, stored) || matchesArgon2(password, stored)
}

function matchesPbkdf2(password: string, stored: string): boolean {
  const found = pbkdf2Form.exec(stored)
  if (found === null) return false

  const [, count, salt = '', hex, base64 = ''] = found
  const iterations = Number(count)
  if (!isAffordablePbkdf2(iterations)) return false

  const expected = hex === undefined ? Buffer.from(base64, 'base64') : Buffer.from(hex, 'hex')
  return timingSafeEqual(pbkdf2Sync(password, salt, iterations, 32, 'sha256'), expected)
}

function matchesArgon2(password: string, stored: string): boolean {
  const found = argon2Form.exec(stored)
  if (found === null) return false

  const [, phc = '', memory, passes, lanes] = found
  if (!isAffordableArgon2(Number(memory), Number(passes), Number(lanes))) return false

  try {
    return verifySync(phc, password)
  } catch {
    // It throws for what isn't argon2 after all: a cost of zero, base64 with bits left over.
    return false
  }
}
