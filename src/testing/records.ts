import { createHash, randomUUID } from 'node:crypto'
import type { Session } from '../session/session-store.ts'
import type { Device } from '../device/device-store.ts'
import type { User, UserRecord } from '../user/user-store.ts'

/** The instant that contract tests count from. */
export const start: Date = new Date('2026-01-01T00:00:00Z')

/** So many seconds after `start`. */
export function at(seconds: number): Date {
  return new Date(start.getTime() + seconds * 1000)
}

/** A user's record, as a store keeps it. */
export function userRecord(name: string, changes: Partial<UserRecord> = {}): UserRecord {
  const user: User = {
    id: randomUUID(),
    username: name,
    email: null,
    firstName: null,
    lastName: null,
    active: true,
    admin: false,
    superuser: false,
    lastLogin: null,
    createdAt: start,
    sessionGeneration: 0,
  }
  return { user, usernameKey: name, emailKey: null, passwordHash: '$argon2id$of-no-password', ...changes }
}

/** A session that began at `start`, lives for a minute, and for an hour at most. */
export function sessionOf(user: User, changes: Partial<Session> = {}): Session {
  const id = randomUUID()
  return {
    id,
    tokenHash: createHash('sha256').update(id).digest('hex'),
    userId: user.id,
    generation: user.sessionGeneration,
    createdAt: start,
    expiresAt: at(60),
    maxExpiresAt: at(3600),
    ...changes,
  }
}

/** A device that became known at `start`, and is so for an hour. */
export function deviceOf(user: User, changes: Partial<Device> = {}): Device {
  const id = randomUUID()
  return {
    id,
    tokenHash: createHash('sha256').update(id).digest('hex'),
    userId: user.id,
    generation: user.sessionGeneration,
    createdAt: start,
    expiresAt: at(3600),
    ...changes,
  }
}
