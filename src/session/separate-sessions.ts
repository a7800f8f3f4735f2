import type { Session, SessionPosition } from './session-store.ts'

/** Why sessions could be lost that nobody ended: `eviction` under memory pressure, or a crash of what keeps `no_log`. */
export type SessionRisk = 'eviction' | 'no_log'

/**
 * Where sessions are kept apart from their users, in a database that can't look at these. A `Store` with such `sessions`
 * keeps the promises of `SessionStore` all the same: each session found is held against its user's `sessionGeneration`.
 *
 * A missing session is never an error: methods throw only when the database itself fails (`UnavailableError`). Every
 * write is one conditional command; nothing is read and written back.
 */
export interface SeparateSessions {
  /**
   * Connects, if need be. Called before the first use.
   *
   * @param onRisk - Called for each way in which the database is known to lose sessions.
   * @throws {ConfigError} When the database can't be used as it is.
   * @throws {UnavailableError} When it can't be reached now.
   */
  open(onRisk: (risk: SessionRisk) => void): Promise<void>
  /** Disconnects what was connected by `open`. */
  close(): Promise<void>
  /** Adds a session. Its `tokenHash` and `id` are new: both are random. */
  create(session: Session): Promise<void>
  /** The session with this token hash; `null` when there is none. */
  find(tokenHash: string): Promise<Session | null>
  /** Those of these sessions that are there, in any order; costs one look for all of them, where the database can. */
  findAll(tokenHashes: readonly string[]): Promise<Session[]>
  /** The session of a user and of this generation that has this public id; `null` when there is none. */
  findById(userId: string, generation: number, id: string): Promise<Session | null>
  /**
   * Sees to it that a session whose `expiresAt` and `maxExpiresAt` are later than `now` lives until `expiresAt` or later:
   * it never moves back. `false` when there is no such session: it stays gone.
   */
  extend(tokenHash: string, now: Date, expiresAt: Date): Promise<boolean>
  /** Deletes the session; `false` when there is none. When this returns, nobody finds it any more. */
  delete(tokenHash: string): Promise<boolean>
  /** As in `SessionStore`, of the sessions of this generation alone. */
  listByUser(
    userId: string,
    generation: number,
    now: Date,
    after: SessionPosition | null,
    limit: number,
  ): Promise<Session[]>
  /** As in `SessionStore`. */
  deleteExpired(instant: Date, limit: number): Promise<number>
}
