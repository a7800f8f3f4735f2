import type { Session } from '../../session/session-store.ts'
import type { Device } from '../../device/device-store.ts'
import type { User, UserChanges, UserRecord } from '../../user/user-store.ts'
import type { Dialect } from './dialect.ts'

/** A value in a statement. Instants are milliseconds since 1970; booleans are 0 and 1. */
export type SqlValue = string | number | null

/** The values of one row, in the order of the columns asked for. Some databases have booleans of their own. */
export type Row = readonly (SqlValue | boolean)[]

/** The columns of a `SessionRow`, of the table named `s`. */
export function sessionColumns({ toMilliseconds }: Dialect): string {
  const instants = ['s.created_at', 's.expires_at', 's.max_expires_at'].map(toMilliseconds)
  return ['s.id', 's.token_hash', 's.user_id', 's.generation', ...instants].join(', ')
}

type SessionRow = readonly [
  id: string,
  tokenHash: string,
  userId: string,
  generation: number,
  createdAt: number,
  expiresAt: number,
  maxExpiresAt: number,
]

/** The columns of a `DeviceRow`, of the table named `d`. */
export function deviceColumns({ toMilliseconds }: Dialect): string {
  const instants = ['d.created_at', 'd.expires_at'].map(toMilliseconds)
  return ['d.id', 'd.token_hash', 'd.user_id', 'd.generation', ...instants].join(', ')
}

type DeviceRow = readonly [
  id: string,
  tokenHash: string,
  userId: string,
  generation: number,
  createdAt: number,
  expiresAt: number,
]

/** The columns of a `UserRow`, of the table named `u`. */
export function userColumns({ toMilliseconds }: Dialect): string {
  const names = ['u.id', 'u.username', 'u.email', 'u.first_name', 'u.last_name', 'u.active', 'u.admin', 'u.superuser']
  const instants = ['u.last_login', 'u.created_at'].map(toMilliseconds)
  return [...names, ...instants, 'u.session_generation'].join(', ')
}

type UserRow = readonly [
  id: string,
  username: string,
  email: string | null,
  firstName: string | null,
  lastName: string | null,
  active: number | boolean,
  admin: number | boolean,
  superuser: number | boolean,
  lastLogin: number | null,
  createdAt: number,
  sessionGeneration: number,
]

/** The columns of a `CurrentSessionRow`: those of the user, and of the session, of the table named `s`. */
export function currentSessionColumns(dialect: Dialect): string {
  const instants = ['s.created_at', 's.expires_at', 's.max_expires_at'].map(dialect.toMilliseconds)
  return [userColumns(dialect), 's.id', ...instants].join(', ')
}

/** The user's columns come first, so that a session check needn't copy them. */
type CurrentSessionRow = readonly [
  ...user: UserRow,
  id: string,
  createdAt: number,
  expiresAt: number,
  maxExpiresAt: number,
]

/** The columns that a user's record has before those of the user. */
export const recordColumns = 'u.username_key, u.email_key, u.password_hash'

export function toSession(row: Row): Session {
  // The statement chose these columns.
  const [id, tokenHash, userId, generation, createdAt, expiresAt, maxExpiresAt] = row as SessionRow
  return {
    id,
    tokenHash,
    userId,
    generation,
    createdAt: new Date(createdAt),
    expiresAt: new Date(expiresAt),
    maxExpiresAt: new Date(maxExpiresAt),
  }
}

export function toDevice(row: Row): Device {
  // The statement chose these columns.
  const [id, tokenHash, userId, generation, createdAt, expiresAt] = row as DeviceRow
  return { id, tokenHash, userId, generation, createdAt: new Date(createdAt), expiresAt: new Date(expiresAt) }
}

export function toUser(row: Row): User {
  // The statement chose these columns.
  const [id, username, email, firstName, lastName, active, admin, superuser, lastLogin, createdAt, sessionGeneration] =
    row as UserRow
  return {
    id,
    username,
    email,
    firstName,
    lastName,
    active: Boolean(active),
    admin: Boolean(admin),
    superuser: Boolean(superuser),
    lastLogin: lastLogin === null ? null : new Date(lastLogin),
    createdAt: new Date(createdAt),
    sessionGeneration,
  }
}

/** From a row of `currentSessionColumns`. A current session has the generation of its user. */
export function toSessionWithUser(row: Row, tokenHash: string): { readonly session: Session; readonly user: User } {
  // The statement chose these columns.
  const { 11: id, 12: createdAt, 13: expiresAt, 14: maxExpiresAt } = row as CurrentSessionRow
  const user = toUser(row)
  const session: Session = {
    id,
    tokenHash,
    userId: user.id,
    generation: user.sessionGeneration,
    createdAt: new Date(createdAt),
    expiresAt: new Date(expiresAt),
    maxExpiresAt: new Date(maxExpiresAt),
  }
  return { session, user }
}

/** From a row of `recordColumns` and `userColumns`. */
export function toUserRecord(row: Row): UserRecord {
  // The statement chose these columns.
  const [usernameKey, emailKey, passwordHash] = row as readonly [string, string | null, string]
  return { user: toUser(row.slice(3)), usernameKey, emailKey, passwordHash }
}

/** In the order of the `INSERT` of a session. */
export function sessionValues(session: Session): SqlValue[] {
  return [
    session.id,
    session.tokenHash,
    session.createdAt.getTime(),
    session.expiresAt.getTime(),
    session.maxExpiresAt.getTime(),
    session.userId,
    session.generation,
  ]
}

/** In the order of the `INSERT` of a device. */
export function deviceValues(device: Device): SqlValue[] {
  return [
    device.id,
    device.tokenHash,
    device.createdAt.getTime(),
    device.expiresAt.getTime(),
    device.userId,
    device.generation,
  ]
}

/** In the order of the `INSERT` of a user. */
export function userRecordValues({ user, usernameKey, emailKey, passwordHash }: UserRecord): SqlValue[] {
  return [
    usernameKey,
    emailKey,
    passwordHash,
    user.id,
    user.username,
    user.email,
    user.firstName,
    user.lastName,
    Number(user.active),
    Number(user.admin),
    Number(user.superuser),
    user.lastLogin?.getTime() ?? null,
    user.createdAt.getTime(),
    user.sessionGeneration,
  ]
}

/**
 * In the order of the `UPDATE` of a user: for each column whether it changes, and its value then; last, by how much the
 * generation of sessions moves.
 */
export function changeValues(changes: UserChanges): SqlValue[] {
  const { firstName, lastName, active, admin, superuser } = changes
  const values = [firstName, lastName, active, admin, superuser].flatMap((value) => [
    Number(value !== undefined),
    typeof value === 'boolean' ? Number(value) : (value ?? null),
  ])
  return [...values, Number(active === false)]
}
