import { createHash, randomUUID } from 'node:crypto'
import type { Session } from '../session/session-store.ts'
import type { Device } from '../device/device-store.ts'
import type { User, UserRecord } from '../user/user-store.ts'
import type { Columns } from '../stores/columns/column.ts'
import { readDevice } from '../stores/columns/device.ts'
import { readSession } from '../stores/columns/session.ts'
import { readUser, readUserKeys } from '../stores/columns/user.ts'

/** The instant that contract tests count from. */
export const start: Date = new Date('2026-01-01T00:00:00Z')

/** So many seconds after `start`. */
export function at(seconds: number): Date {
  return new Date(start.getTime() + seconds * 1000)
}

/** Nothing in each column, or the least that it can hold. */
const blank: Columns = {
  key: () => '',
  keyOrNull: () => null,
  text: () => '',
  textOrNull: () => null,
  flag: () => false,
  count: () => 0,
  instant: () => start,
  instantOrNull: () => null,
  since: () => blank,
}

/** A user's record, as a store keeps it. */
export function userRecord(name: string, changes: Partial<UserRecord> = {}): UserRecord {
  const user: User = { ...readUser(blank), id: randomUUID(), username: name, active: true }
  return { user, ...readUserKeys(blank), usernameKey: name, passwordHash: '$argon2id$of-no-password', ...changes }
}

/** A session that began at `start`, lives for a minute, and for an hour at most. */
export function sessionOf(user: User, changes: Partial<Session> = {}): Session {
  return { ...readSession(blank), ...newOf(user), expiresAt: at(60), maxExpiresAt: at(3600), ...changes }
}

/** A device that became known at `start`, and is so for an hour. */
export function deviceOf(user: User, changes: Partial<Device> = {}): Device {
  return { ...readDevice(blank), ...newOf(user), expiresAt: at(3600), ...changes }
}

/** What is its own of each new session and device. */
function newOf(user: User): Pick<Session & Device, 'id' | 'tokenHash' | 'userId' | 'generation'> {
  const id = randomUUID()
  const tokenHash = createHash('sha256').update(id).digest('hex')
  return { id, tokenHash, userId: user.id, generation: user.sessionGeneration }
}
