import { randomUUID } from 'node:crypto'
import { InvalidFormError, type FieldError } from '../errors.ts'
import { checkNewEmail, checkNewUsername, spellUsername, toIdentifier } from './identifier.ts'
import { findRecord } from './login-check.ts'
import { checkNewPassword, type PasswordPolicy } from './password-policy.ts'
import type { TakenField, UserRecord, UserStore } from './user-store.ts'

/** A user to be created. */
export interface NewUser {
  readonly username: string
  /** `null` for none (default: none). */
  readonly email?: string | null
  readonly password: string
  readonly firstName?: string | null
  readonly lastName?: string | null
  /** Whether the user can log in (default: true). */
  readonly active?: boolean
  /** (default: false) */
  readonly admin?: boolean
  /** (default: false) */
  readonly superuser?: boolean
}

const takenDetails: Readonly<Record<TakenField, string>> = {
  username: 'This username is taken.',
  email: 'This e-mail address is taken.',
}

/** The error at a field whose value another user has. */
export function takenError(field: TakenField): FieldError {
  return { field, detail: takenDetails[field] }
}

/** Throws an `InvalidFormError` that names every field at fault; names that are taken count as faults. */
export async function requireAcceptable(users: UserStore, policy: PasswordPolicy, newUser: NewUser): Promise<void> {
  const { username, email = null, password } = newUser
  const details = {
    username: checkNewUsername(username) ?? (await checkFree(users, 'username', username)),
    email: email === null ? null : (checkNewEmail(email) ?? (await checkFree(users, 'email', email))),
    password: checkNewPassword(policy, password, [username, email ?? '']),
  }
  const faults = Object.entries(details).flatMap(([field, detail]) => (detail === null ? [] : [{ field, detail }]))
  if (faults.length > 0) throw new InvalidFormError(faults)
}

async function checkFree(users: UserStore, field: TakenField, text: string): Promise<string | null> {
  return (await findRecord(users, text)) === null ? null : takenDetails[field]
}

/** The record of a user whose names are acceptable. */
export function createRecord(newUser: NewUser, passwordHash: string, createdAt: Date): UserRecord {
  const { username, email = null, firstName = null, lastName = null } = newUser
  const { active = true, admin = false, superuser = false } = newUser
  return {
    user: {
      id: randomUUID(),
      username: spellUsername(username),
      email: email === null ? null : email.trim(),
      firstName,
      lastName,
      active,
      admin,
      superuser,
      lastLogin: null,
      createdAt,
      sessionGeneration: 0,
    },
    usernameKey: requireKey(username),
    emailKey: email === null ? null : requireKey(email),
    passwordHash,
  }
}

function requireKey(text: string): string {
  const identifier = toIdentifier(text)
  if (identifier === null) throw new TypeError('A name without a key passed the checks.')
  return identifier.key
}
