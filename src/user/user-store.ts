/** A person's record. Carries no password hash. */
export interface User {
  readonly id: string
  /** As the user spelled it, in Unicode form NFKC. */
  readonly username: string
  /** As the user spelled it; `null` when there is none. Mail goes to this spelling. */
  readonly email: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  /** An inactive user can't log in. Whoever becomes inactive has no sessions any more. */
  readonly active: boolean
  readonly admin: boolean
  readonly superuser: boolean
  /** The last successful login; `null` before the first. */
  readonly lastLogin: Date | null
  readonly createdAt: Date
  /**
   * Moves up whenever all sessions of the user end at once. Each session carries the number it began with. A new user's is
   * random, so that sessions of a deleted user whose id comes again are nobody's.
   */
  readonly sessionGeneration: number
}

/** What may be changed of a user, other than the password. */
export interface UserChanges {
  readonly firstName?: string | null
  readonly lastName?: string | null
  readonly active?: boolean
  readonly admin?: boolean
  readonly superuser?: boolean
}

/** A user with what only stores and the login see: the keys that must be unique, and the password's hash. */
export interface UserRecord {
  readonly user: User
  /** The canonical form of the username; unique. */
  readonly usernameKey: string
  /** The canonical form of the address; unique; `null` when there is no address. */
  readonly emailKey: string | null
  readonly passwordHash: string
}

/** A field whose value another user has already. */
export type TakenField = 'username' | 'email'

/**
 * Where users are kept. Keys are compared byte by byte. A missing user is never an error: methods throw only when
 * the database itself fails (`UnavailableError`). Every write is one conditional statement.
 */
export interface UserStore {
  /** Adds a user; the field at fault, and nothing is added, when another user has the same key. */
  create(record: UserRecord): Promise<TakenField | null>
  /** The user with this id; `null` when there is none. */
  findById(id: string): Promise<User | null>
  /** The record whose `usernameKey` is `key`; `null` when there is none. */
  findByUsername(key: string): Promise<UserRecord | null>
  /** The record whose `emailKey` is `key`; `null` when there is none. */
  findByEmail(key: string): Promise<UserRecord | null>
  /** Up to `limit` users by username key, in the order of its UTF-8 bytes, behind `after` (`null`: from the first). */
  list(after: string | null, limit: number): Promise<UserRecord[]>
  /**
   * Changes the named fields and no others; `false` when there is no such user. With `active: false` it moves
   * `sessionGeneration` as well, in the same statement: every session of the user is gone.
   */
  update(id: string, changes: UserChanges): Promise<boolean>
  /**
   * Sets the hash and moves `sessionGeneration`, in one statement: every session of the user is gone.
   * `false` when there is no such user.
   */
  setPasswordHash(id: string, passwordHash: string): Promise<boolean>
  /**
   * As `setPasswordHash`, if the hash is still `from`; `false`, and nothing is changed, otherwise: of two changes that
   * began with the same password one is made.
   */
  changePasswordHash(id: string, from: string, to: string): Promise<boolean>
  /**
   * Replaces the hash by one of the same password, if it is still `from`; `false` otherwise.
   * Sessions go on.
   */
  upgradePasswordHash(id: string, from: string, to: string): Promise<boolean>
  /** Sets `lastLogin`, if the user is there. */
  recordLogin(id: string, at: Date): Promise<void>
  /** Moves `sessionGeneration`: every session of the user is gone. `false` when there is no such user. */
  endSessions(id: string): Promise<boolean>
  /**
   * Deletes the user, and with it every session and device; `false` when there is no such user. Thousands of them are deleted
   * in batches, which hold nobody up, while the user is inactive already.
   */
  delete(id: string): Promise<boolean>
}
