import { InvalidFormError, toFieldErrors } from '../errors.ts'
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
    email: email === null || toIdentifier(email)?.kind === 'email' ? null : 'This is not an e-mail address.',
    passwordHash: hashFault(passwordHash),
  })
  if (faults.length > 0) throw new InvalidFormError(faults)

  return createRecord(user, passwordHash, createdAt)
}

function hashFault(passwordHash: string): string | null {
  const why = whyUnreadable(passwordHash)
  if (why === 'bcrypt_missing') return 'bcrypt needs a package: npm install @node-rs/bcrypt'
  return (
    why &&
    'This is of no known form: argon2, bcrypt, PBKDF2, scrypt and phpass are, as docs/importing-users.md lists them.'
  )
}

function checkUsername(username: string, email: string | null): string | null {
  const identifier = toIdentifier(username)
  if (identifier === null) return 'Nobody can log in with this username.'
  // Whoever types an address is looked up by address alone.
  const isAnothers = identifier.kind === 'email' && identifier.key !== toIdentifier(email ?? '')?.key
  return isAnothers ? "A username with an @ must be the user's e-mail address, too." : null
}
