import { setImmediate as pause } from 'node:timers/promises'
import type { Session, SessionPosition, SessionStore } from '../session/session-store.ts'
import type { Device, DeviceStore } from '../device/device-store.ts'
import type { User, UserChanges, UserRecord, UserStore } from '../user/user-store.ts'
import type { Store } from './store.ts'

interface Tables {
  /** By `user.id`. */
  readonly users: Map<string, UserRecord>
  /** By `tokenHash`. */
  readonly sessions: Map<string, Session>
  /** By `tokenHash`. */
  readonly devices: Map<string, Device>
}

/**
 * Keeps users and sessions in memory, for tests: they are gone when the process ends, and no other process sees them.
 * Refused in production.
 *
 * @example
 * const auth = createAuth({ store: memoryStore() })
 */
export function memoryStore(): Store {
  const tables: Tables = { users: new Map(), sessions: new Map(), devices: new Map() }
  return {
    users: memoryUsers(tables),
    sessions: memorySessions(tables),
    devices: memoryDevices(tables),
    temporary: true,
    async open() {},
    async close() {},
  }
}

function memorySessions({ users, sessions }: Tables): SessionStore {
  function isCurrent(session: Session): boolean {
    return users.get(session.userId)?.user.sessionGeneration === session.generation
  }

  function isLive(session: Session, now: Date): boolean {
    return isCurrent(session) && session.expiresAt > now && session.maxExpiresAt > now
  }

  return {
    async create(session) {
      if (!isCurrent(session)) return false
      sessions.set(session.tokenHash, structuredClone(session))
      return true
    },

    async findWithUser(tokenHash) {
      const session = sessions.get(tokenHash)
      const user = session && users.get(session.userId)?.user
      return session && user && isCurrent(session) ? structuredClone({ session, user }) : null
    },

    async extend(tokenHash, now, expiresAt) {
      const session = sessions.get(tokenHash)
      if (session === undefined || !isLive(session, now)) return false
      if (expiresAt > session.expiresAt) sessions.set(tokenHash, structuredClone({ ...session, expiresAt }))
      return true
    },

    async delete(tokenHashes) {
      const found = tokenHashes.map((hash) => sessions.get(hash)).filter((session) => session !== undefined)
      return structuredClone(found.filter(({ tokenHash }) => sessions.delete(tokenHash)).filter(isCurrent))
    },

    async deleteById(userId, id) {
      const found = [...sessions.values()].find((session) => session.id === id && session.userId === userId)
      return found !== undefined && isCurrent(found) && sessions.delete(found.tokenHash)
    },

    async listByUser(userId, now, after, limit) {
      const live = [...sessions.values()].filter((session) => session.userId === userId && isLive(session, now))
      const behind = live.filter((session) => after === null || newestFirst(after, session) < 0)
      return structuredClone(behind.toSorted(newestFirst).slice(0, limit))
    },

    async deleteExpired(instant, limit) {
      const expired = [...sessions.values()].filter((session) => session.expiresAt < instant).slice(0, limit)
      for (const { tokenHash } of expired) sessions.delete(tokenHash)
      return expired.length
    },
  }
}

function memoryDevices({ users, devices }: Tables): DeviceStore {
  function isCurrent(device: Device): boolean {
    return users.get(device.userId)?.user.sessionGeneration === device.generation
  }

  function ofUser(userId: string): Device[] {
    return [...devices.values()].filter((device) => device.userId === userId).toSorted(newestFirst)
  }

  return {
    async create(device) {
      if (!isCurrent(device)) return false
      devices.set(device.tokenHash, structuredClone(device))
      return true
    },

    async find(tokenHash) {
      const device = devices.get(tokenHash)
      return device !== undefined && isCurrent(device) ? structuredClone(device) : null
    },

    async listByUser(userId, now) {
      return structuredClone(ofUser(userId).filter((device) => isCurrent(device) && device.expiresAt > now))
    },

    async delete(tokenHash) {
      devices.delete(tokenHash)
    },

    async deleteById(userId, id) {
      const found = ofUser(userId).find((device) => device.id === id)
      return found !== undefined && isCurrent(found) && devices.delete(found.tokenHash)
    },

    async deleteByUser(userId) {
      for (const { tokenHash } of ofUser(userId)) devices.delete(tokenHash)
    },

    async deleteOlder(userId, count) {
      for (const { tokenHash } of ofUser(userId).slice(count)) devices.delete(tokenHash)
    },

    async deleteExpired(instant, limit) {
      const expired = [...devices.values()].filter((device) => device.expiresAt < instant).slice(0, limit)
      for (const { tokenHash } of expired) devices.delete(tokenHash)
      return expired.length
    },
  }
}

function memoryUsers({ users, sessions, devices }: Tables): UserStore {
  function find(isWanted: (record: UserRecord) => boolean): UserRecord | null {
    const found = [...users.values()].find(isWanted)
    return found ? structuredClone(found) : null
  }

  function change(id: string, changeRecord: (record: UserRecord) => UserRecord): boolean {
    const record = users.get(id)
    if (record === undefined) return false
    users.set(id, structuredClone(changeRecord(record)))
    return true
  }

  return {
    async create(record) {
      const { usernameKey, emailKey } = record
      if (find((other) => other.usernameKey === usernameKey)) return 'username'
      if (emailKey !== null && find((other) => other.emailKey === emailKey)) return 'email'
      users.set(record.user.id, structuredClone(record))
      return null
    },

    async findById(id) {
      return structuredClone(users.get(id)?.user ?? null)
    },

    async findByUsername(key) {
      return find((record) => record.usernameKey === key)
    },

    async findByEmail(key) {
      return find((record) => record.emailKey === key)
    },

    async list(after, limit) {
      const ordered = [...users.values()].toSorted((a, b) => compareBytes(a.usernameKey, b.usernameKey))
      const behind = ordered.filter(({ usernameKey }) => after === null || compareBytes(usernameKey, after) > 0)
      return structuredClone(behind.slice(0, limit))
    },

    async update(id, changes) {
      return change(id, (record) => ({ ...record, user: withChanges(record.user, changes) }))
    },

    async setPasswordHash(id, passwordHash) {
      return change(id, (record) => ({ ...record, passwordHash, user: withoutSessions(record.user) }))
    },

    async changePasswordHash(id, from, to) {
      if (users.get(id)?.passwordHash !== from) return false
      return change(id, (record) => ({ ...record, passwordHash: to, user: withoutSessions(record.user) }))
    },

    async upgradePasswordHash(id, from, to) {
      return users.get(id)?.passwordHash === from && change(id, (record) => ({ ...record, passwordHash: to }))
    },

    async recordLogin(id, at) {
      change(id, (record) => ({ ...record, user: { ...record.user, lastLogin: at } }))
    },

    async endSessions(id) {
      return change(id, (record) => ({ ...record, user: withoutSessions(record.user) }))
    },

    async delete(id) {
      const isThere = users.delete(id)
      for (const table of [sessions, devices]) await deleteRows<Session | Device>(table, ({ userId }) => userId === id)
      return isThere
    },
  }
}

function withChanges(user: User, changes: UserChanges): User {
  const named = Object.entries(changes).filter(([, value]) => value !== undefined)
  const changed = { ...user, ...Object.fromEntries(named) }
  return changes.active === false ? withoutSessions(changed) : changed
}

function withoutSessions(user: User): User {
  return { ...user, sessionGeneration: user.sessionGeneration + 1 }
}

function newestFirst(a: SessionPosition, b: SessionPosition): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || compareBytes(b.id, a.id)
}

/** Lets others go on meanwhile. */
async function deleteRows<Row>(table: Map<string, Row>, isUnwanted: (row: Row) => boolean): Promise<void> {
  let looked = 0
  for (const [key, row] of table) {
    if (isUnwanted(row)) table.delete(key)
    looked += 1
    if (looked % 10_000 === 0) await pause()
  }
}

// Not `<`: UTF-16 and UTF-8 order some characters differently, and databases go by UTF-8.
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
