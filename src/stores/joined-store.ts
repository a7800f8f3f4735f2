import { UnavailableError } from '../errors.ts'
import type { SeparateSessions, SessionRisk } from '../session/separate-sessions.ts'
import type { Session, SessionStore } from '../session/session-store.ts'
import type { User, UserStore } from '../user/user-store.ts'
import type { SplitStore, Store } from './store.ts'

/** A whole store, whatever its sessions are kept in. Not by spreading: `store` may be of a class. */
export function joinStore(
  store: Store | SplitStore,
  onRisk: (risk: SessionRisk) => void,
  sessions: SessionStore | SeparateSessions = store.sessions,
): Store {
  const { users, devices, claimCleaning } = store
  const separate = isWhole(sessions) ? null : sessions
  return {
    users,
    devices,
    sessions: isWhole(sessions) ? sessions : joinSessions(sessions, users),
    ...(claimCleaning && { claimCleaning: claimCleaning.bind(store) }),

    async open() {
      await store.open()
      await separate?.open(onRisk)
    },

    async close() {
      try {
        await separate?.close()
      } finally {
        await store.close()
      }
    },
  }
}

/** Whether the sessions of a store are in a database of their own. */
export function isSplit(store: Store | SplitStore): store is SplitStore {
  return !isWhole(store.sessions)
}

function isWhole(sessions: SessionStore | SeparateSessions): sessions is SessionStore {
  return 'findWithUser' in sessions
}

/**
 * Two databases have no transaction together, and need none. `sessionGeneration` never goes back, and every session found
 * is held against it: one that is written while all sessions of its user end was never live.
 */
function joinSessions(sessions: SeparateSessions, users: UserStore): SessionStore {
  async function findUser(session: Session): Promise<User | null> {
    const user = await users.findById(session.userId)
    return user?.sessionGeneration === session.generation ? user : null
  }

  /** Of a session that is deleted already: that its user can't be looked up now undoes no logout. */
  async function mayBeCurrent(session: Session): Promise<boolean> {
    try {
      return (await findUser(session)) !== null
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error
      return true
    }
  }

  return {
    async create(session) {
      if ((await findUser(session)) === null) return false
      await sessions.create(session)
      return true
    },

    async findWithUser(tokenHash) {
      const session = await sessions.find(tokenHash)
      const user = session && (await findUser(session))
      return session && user && { session, user }
    },

    async extend(tokenHash, now, expiresAt) {
      const session = await sessions.find(tokenHash)
      if (session === null || (await findUser(session)) === null) return false
      return sessions.extend(tokenHash, now, expiresAt)
    },

    async delete(tokenHashes) {
      const found = await sessions.findAll(tokenHashes)
      const deleted = await Promise.all(found.map(({ tokenHash }) => sessions.delete(tokenHash)))
      const current = await Promise.all(found.map(mayBeCurrent))
      return found.filter((_session, index) => deleted[index] && current[index])
    },

    async deleteById(userId, id) {
      const user = await users.findById(userId)
      const session = user && (await sessions.findById(userId, user.sessionGeneration, id))
      return session !== null && sessions.delete(session.tokenHash)
    },

    async listByUser(userId, now, after, limit) {
      const user = await users.findById(userId)
      return user === null ? [] : sessions.listByUser(userId, user.sessionGeneration, now, after, limit)
    },

    deleteExpired: (instant, limit) => sessions.deleteExpired(instant, limit),
  }
}
