import { crypto } from '../crypto.ts'
import { spellUsername, toIdentifier } from './identifier.ts'
import type { UserRecord } from './user-store.ts'

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

/** Above the generations that users begin with, each move finds room for ages in 31 bits. */
const firstGenerations = 2 ** 27

/** The record of a user whose names are acceptable. */
export function createRecord(newUser: Omit<NewUser, 'password'>, passwordHash: string, createdAt: Date): UserRecord {
  const { username, email = null, firstName = null, lastName = null } = newUser
  const { active = true, admin = false, superuser = false } = newUser
  return {
    user: {
      id: crypto().randomUUID(),
      username: spellUsername(username),
      email: email === null ? null : email.trim(),
      firstName,
      lastName,
      active,
      admin,
      superuser,
      lastLogin: null,
      createdAt,
      sessionGeneration: crypto().randomInt(firstGenerations),
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
