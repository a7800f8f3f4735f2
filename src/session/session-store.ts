import type { User } from '../user/user-store.ts'

/** One login of one user. */
export interface Session {
  /** Public: shown in lists and used to end the session. Says nothing about the token. */
  readonly id: string
  /** SHA-256 of the token, as 64 hexadecimal digits. The token itself is kept nowhere. */
  readonly tokenHash: string
  readonly userId: string
  /** The user's `sessionGeneration` when the session began. Another one means: all sessions were ended since. */
  readonly generation: number
  readonly createdAt: Date
  /** Until when the session lives unless it is extended. */
  readonly expiresAt: Date
  /** Until when it lives at most; no extension moves it. */
  readonly maxExpiresAt: Date
}

/** Where a page of sessions goes on: behind the last one of the page before, whether that is still there or not. */
export type SessionPosition = Pick<Session, 'createdAt' | 'id'>

/**
 * Where sessions are kept. A missing session is never an error: methods throw only when the database
 * itself fails (`UnavailableError`). Every write is one conditional statement; nothing is read and written back.
 *
 * A session is *current* while its `generation` equals its user's `sessionGeneration`. One that isn't, or whose
 * user is gone, is gone as well: no method finds it. A session is *live* at an instant when it is current and
 * `expiresAt` and `maxExpiresAt` are later.
 */
export interface SessionStore {
  /**
   * Adds a session; `false`, and nothing is added, when its user is gone or has another `sessionGeneration`.
   * Its `tokenHash` and `id` are new: both are random.
   */
  create(session: Session): Promise<boolean>
  /**
   * The current session with this token hash, and its user; `null` when there is none. One that has expired is found, too,
   * until it is deleted, or forgotten by a database that does so by itself.
   */
  findWithUser(tokenHash: string): Promise<{ readonly session: Session; readonly user: User } | null>
  /**
   * Sees to it that a session that is live at `now` lives until `expiresAt` or later: it never moves back. `false` when
   * there is no such session: it stays gone. Waits for no lock but those of the session and its user.
   */
  extend(tokenHash: string, now: Date, expiresAt: Date): Promise<boolean>
  /**
   * Deletes those of these sessions that are there, and gives those that this call deleted. When it returns, nobody finds any
   * of them any more. Clients send what they like: those that aren't there cost one look for all, and no write.
   */
  delete(tokenHashes: readonly string[]): Promise<Session[]>
  /** Deletes a user's session by its public id; `false` when that user has no such session. */
  deleteById(userId: string, id: string): Promise<boolean>
  /**
   * Up to `limit` of a user's sessions that are live at `now`, newest first (by `createdAt`, then by `id`, both falling),
   * behind `after` (`null`: from the newest). A user may have 100,000: it sorts no more than it gives.
   */
  listByUser(userId: string, now: Date, after: SessionPosition | null, limit: number): Promise<Session[]>
  /**
   * Deletes up to `limit` sessions, current or not, whose `expiresAt` is before `instant`; returns how many. None in a
   * database that forgets them by itself.
   */
  deleteExpired(instant: Date, limit: number): Promise<number>
}
