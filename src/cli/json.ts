import type { ListedSession } from '../session/sessions.ts'
import type { User } from '../user/user-store.ts'
import { printable } from './printable.ts'

/** A user as `--json` shows it. Instants are ISO 8601 in UTC. */
export interface UserJson {
  readonly id: string
  readonly username: string
  readonly email: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly active: boolean
  readonly admin: boolean
  readonly superuser: boolean
  readonly lastLogin: string | null
  readonly createdAt: string
}

/** A session as `--json` shows it. Instants are ISO 8601 in UTC. */
export interface SessionJson {
  readonly id: string
  readonly userId: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly maxExpiresAt: string
}

/** Names each key: what a user gets later is not shown by accident. */
export function toUserJson(user: User): UserJson {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    active: user.active,
    admin: user.admin,
    superuser: user.superuser,
    lastLogin: user.lastLogin?.toISOString() ?? null,
    createdAt: user.createdAt.toISOString(),
  }
}

export function toSessionJson(session: ListedSession): SessionJson {
  return {
    id: session.id,
    userId: session.userId,
    createdAt: session.createdAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    maxExpiresAt: session.maxExpiresAt.toISOString(),
  }
}

/** JSON over several lines, in which no character steers a terminal. */
export function formatJson(value: UserJson | readonly UserJson[] | readonly SessionJson[]): string {
  return JSON.stringify(value, null, 2).split('\n').map(printable).join('\n')
}
