import { type Fault, InvalidFormError, toFieldErrors } from '../errors.ts'
import { whyUnreadable } from '../password/hash-forms.ts'
import { toIdentifier } from './identifier.ts'
import { type NewUser, createRecord } from './new-user.ts'
import type { UserRecord } from './user-store.ts'

/** A user of another system, with the hash that was made there. */
export interface ImportedUser extends Omit<NewUser, 'password'> {
  /**
   * Argon2, bcrypt, PBKDF2, scrypt or phpass, in the forms that docs/importing-users.md lists: of the password as it was
   * typed. While one is stored that costs more than latchkey's own, every refused login takes as long as it does.
   */
  readonly passwordHash: string
}

/**
 * The record of a user that another system had. A name that no new user could have is taken if it can log in.
 *
 * @throws {InvalidFormError} Naming each of `username`, `email` and `passwordHash` that can't be used.
 */
export function createImportedRecord(user: ImportedUser, createdAt: Date): UserRecord {
  const { username, email = null, passwordHash } = user
  const faults = toFieldErrors({
    username: checkUsername(username, email),
    email: email === null || toIdentifier(email)?.kind === 'email' ? null : { code: 'emailUnfit' },
    passwordHash: hashFault(passwordHash),
  })
  if (faults.length > 0) throw new InvalidFormError(faults)

  return createRecord(user, passwordHash, createdAt)
}

function hashFault(passwordHash: string): Fault | null {
  const why = whyUnreadable(passwordHash)
  return why && { code: why === 'bcrypt_missing' ? 'passwordHashNeedsBcrypt' : 'passwordHashUnknown' }
}

function checkUsername(username: string, email: string | null): Fault | null {
  const identifier = toIdentifier(username)
  if (identifier === null) return { code: 'usernameUnusable' }
  // Whoever types an address is looked up by address alone.
  const isAnothers = identifier.kind === 'email' && identifier.key !== toIdentifier(email ?? '')?.key
  return isAnothers ? { code: 'usernameIsOtherEmail' } : null
}
