import type { Clock } from '../clock.ts'
import { crypto } from '../crypto.ts'
import { UnavailableError, isMistake } from '../errors.ts'
import { type Occasion, type Report, occasionDetails } from '../events.ts'
import { checkLimit } from '../page-limit.ts'
import type { User, UserStore } from '../user/user-store.ts'
import type { Session, SessionPosition, SessionStore } from './session-store.ts'
import { createToken, hashToken, isToken } from '../token/token.ts'

/** A session that is live, and its user. */
export interface LiveSession {
  readonly session: Session
  readonly user: User
}

/** A session that has just begun. Its token goes into the cookie and is kept nowhere else. */
export interface StartedSession {
  readonly token: string
  readonly session: Session
}

/** A session as shown in a list: without anything that its token could be told from. */
export type ListedSession = Omit<Session, 'tokenHash' | 'generation'>

/** The life of sessions. Every method throws `UnavailableError` when the database fails. */
export interface Sessions {
  /**
   * Starts a session for a user whose password was just checked; `null` when all sessions of the user were ended
   * since `user` was read, or the user is gone: then nobody is logged in.
   */
  start(user: User): Promise<StartedSession | null>
  /**
   * The live session of a token; `null` for anything else. Extended where that is due and this is a use of it.
   *
   * @param isUse - Whether to serve this user (default: whoever is active). What is refused, or only looks, uses nothing.
   */
  find(token: string, isUse?: (user: User) => boolean): Promise<LiveSession | null>
  /**
   * Ends the sessions of these tokens, where there are any, and gives those that were live. When this returns, none of the
   * tokens is worth anything anywhere. Tokens that were made up cost one look for all.
   */
  end(...tokens: readonly string[]): Promise<ListedSession[]>
  /**
   * A user's live sessions, newest first: up to `limit` (default: 100, at most 1,000), from the newest or behind `after`,
   * which is the last session of the page before; it needn't be there any more.
   *
   * @throws {RangeError} When `limit` or `after` can't be one.
   */
  list(userId: string, page?: { readonly after?: SessionPosition; readonly limit?: number }): Promise<ListedSession[]>
  /** Ends one of a user's sessions by its public id; `false` when that user has none of that id. */
  endById(userId: string, id: string, occasion?: Occasion): Promise<boolean>
  /** Ends every session of a user, by one write; `false` when there is no such user. */
  endAll(userId: string, occasion?: Occasion): Promise<boolean>
}

/** What sessions use of a store. */
interface OpenStore {
  readonly sessions: SessionStore
  readonly users: UserStore
}

/** What sessions need. Expiries are in seconds. */
export interface SessionsOptions {
  readonly open: () => Promise<OpenStore>
  readonly clock: Clock
  readonly sessionExpiry: number
  readonly maxSessionExpiry: number
  readonly report: Report
}

export function createSessions(options: SessionsOptions): Sessions {
  const { open, clock, sessionExpiry, maxSessionExpiry, report } = options
  // At most one write a minute: a session check is a read.
  const extendStepMs = Math.min(60, sessionExpiry / 20) * 1000

  function isExtensionDue({ expiresAt, maxExpiresAt }: Session, now: Date): boolean {
    const reachable = Math.min(now.getTime() + sessionExpiry * 1000, maxExpiresAt.getTime())
    return reachable - expiresAt.getTime() >= extendStepMs
  }

  async function extend(found: LiveSession, now: Date): Promise<LiveSession | null> {
    const { session, user } = found
    const expiresAt = earlier(later(now, sessionExpiry), session.maxExpiresAt)
    const { sessions } = await open()
    try {
      const extended = await sessions.extend(session.tokenHash, now, expiresAt)
      return extended ? { session: { ...session, expiresAt }, user } : null
    } catch (error) {
      // The session is live all the same; the next request tries again.
      if (!(error instanceof UnavailableError)) throw error
      if (isMistake(error)) report('error', { userId: user.id, error })
      return found
    }
  }

  return {
    async start(user) {
      const now = clock.now()
      const token = createToken()
      const maxExpiresAt = later(now, maxSessionExpiry)
      const session: Session = {
        id: crypto().randomUUID(),
        tokenHash: hashToken(token),
        userId: user.id,
        generation: user.sessionGeneration,
        createdAt: now,
        expiresAt: earlier(later(now, sessionExpiry), maxExpiresAt),
        maxExpiresAt,
      }
      const { sessions } = await open()
      return (await sessions.create(session)) ? { token, session } : null
    },

    async find(token, isUse = isActive) {
      if (!isToken(token)) return null
      const { sessions } = await open()
      const found = await sessions.findWithUser(hashToken(token))
      if (found === null) return null

      const now = clock.now()
      if (!isLive(found.session, now)) return null
      return isExtensionDue(found.session, now) && isUse(found.user) ? extend(found, now) : found
    },

    async end(...tokens) {
      const hashes = tokens.filter(isToken).map(hashToken)
      if (hashes.length === 0) return []
      const { sessions } = await open()
      const ended = await sessions.delete(hashes)
      const now = clock.now()
      return ended.filter((session) => isLive(session, now)).map(toListed)
    },

    async list(userId, { after, limit = 100 } = {}) {
      checkLimit(limit)
      if (after !== undefined && !isPosition(after)) throw new RangeError('after takes a session that was listed.')
      const { sessions } = await open()
      return (await sessions.listByUser(userId, clock.now(), after ?? null, limit)).map(toListed)
    },

    async endById(userId, id, occasion) {
      const { sessions } = await open()
      const ended = await sessions.deleteById(userId, id)
      if (ended) report('session_ended', { ...occasionDetails(occasion), userId })
      return ended
    },

    async endAll(userId, occasion) {
      const { users } = await open()
      const ended = await users.endSessions(userId)
      if (ended) report('sessions_ended', { ...occasionDetails(occasion), userId })
      return ended
    },
  }
}

function toListed({ tokenHash: _hash, generation: _generation, ...listed }: Session): ListedSession {
  return listed
}

function isActive({ active }: User): boolean {
  return active
}

function isPosition({ createdAt, id }: SessionPosition): boolean {
  return createdAt instanceof Date && !Number.isNaN(createdAt.getTime()) && typeof id === 'string'
}

function isLive({ expiresAt, maxExpiresAt }: Session, now: Date): boolean {
  return now.getTime() < Math.min(expiresAt.getTime(), maxExpiresAt.getTime())
}

function later(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000)
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b
}
