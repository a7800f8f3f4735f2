import type { SeparateSessions } from '../session/separate-sessions.ts'
import type { SessionStore } from '../session/session-store.ts'
import type { DeviceStore } from '../device/device-store.ts'
import type { UserStore } from '../user/user-store.ts'

/** A database: where users, sessions and known devices are kept. A plain object, so that parts can be mixed by spreading. */
export interface Store {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly devices: DeviceStore
  /** Whether all of it is gone when the process ends: then it is refused in production (default: false). */
  readonly temporary?: boolean
  /**
   * Connects and brings the tables up to date. Called before the first use; once it has succeeded, further calls
   * do nothing.
   *
   * @throws {ConfigError} When the database can't be used as it is: a wrong path, or made by a newer latchkey.
   * @throws {UnavailableError} When it can't be reached now.
   */
  open(): Promise<void>
  /**
   * Takes the right to clean up, or keeps it, for so many seconds from now, five minutes at most; `false` while another
   * holder has it. Zero seconds give it back. A store without this lets every process clean up at any time, which deletes
   * nothing twice.
   */
  claimCleaning?(holder: string, seconds: number): Promise<boolean>
  /** Disconnects. Does nothing when it isn't open. */
  close(): Promise<void>
}

/** A store whose sessions are in a database of their own, as in `{ ...sqliteStore(), sessions: redisSessions(redis) }`. */
export interface SplitStore extends Omit<Store, 'sessions'> {
  readonly sessions: SeparateSessions
}
