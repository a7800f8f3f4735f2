import type { User, UserRecord } from '../../user/user-store.ts'
import type { Columns } from './column.ts'

/** What a user's record has beside the user. */
export type UserKeys = Omit<UserRecord, 'user'>

export function readUser(column: Columns): User {
  return {
    id: column.key(),
    username: column.text(),
    email: column.textOrNull(),
    firstName: column.textOrNull(),
    lastName: column.textOrNull(),
    active: column.flag(),
    admin: column.flag(),
    superuser: column.flag(),
    lastLogin: column.instantOrNull(),
    createdAt: column.instant(),
    sessionGeneration: column.count(),
  }
}

export function readUserKeys(column: Columns): UserKeys {
  return {
    usernameKey: column.key(),
    emailKey: column.keyOrNull(),
    passwordHash: column.key(),
  }
}

export function readUserRecord(column: Columns): UserRecord {
  return { ...readUserKeys(column), user: readUser(column) }
}
