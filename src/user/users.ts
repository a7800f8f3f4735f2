import { systemClock, type Clock } from '../clock.ts'
import { InvalidFormError } from '../errors.ts'
import type { Report } from '../events.ts'
import { sharedHashPool, type HashPool } from './hash-pool.ts'
import { toIdentifier } from './identifier.ts'
import { createLoginSteps, findRecord, type LoginCandidate, type LoginCheck } from './login-check.ts'
import { createRecord, requireAcceptable, takenError, type NewUser } from './new-user.ts'
import { checkNewPassword, createPasswordPolicy, type PasswordPolicyOption } from './password-policy.ts'
import type { User, UserChanges, UserStore } from './user-store.ts'

/** Users and their passwords. Every method throws `UnavailableError` when the database fails. */
export interface Users {
  /**
   * Checks a username or e-mail address and a password: `findCandidate` and `checkCandidate` in one. Costs one hash, whether
   * there is such a user or not. An old kind of hash is replaced. `lastLogin` stays: see `recordLogin`.
   *
   * @throws {MalformedBodyError} When the password is longer than any can be. Nothing is hashed.
   * @throws {UnavailableError} When too many passwords are being checked already.
   */
  checkLogin(identifier: string, password: string): Promise<LoginCheck>
  /** Looks up whom a login is about, for counting tries before the password is checked. Never fails for a name. */
  findCandidate(identifier: string): Promise<LoginCandidate>
  /** Checks the password of a candidate that `findCandidate` gave; everything `checkLogin` says holds. */
  checkCandidate(candidate: LoginCandidate, password: string): Promise<LoginCheck>

  /**
   * Creates a user.
   *
   * @throws {InvalidFormError} Naming each of `username`, `email` and `password` that is at fault or taken.
   */
  create(user: NewUser): Promise<User>
  /**
   * Sets a password and ends all sessions of the user, in one statement; `false` when there is no such user.
   *
   * @throws {InvalidFormError} Naming `password`, when the policy refuses it.
   */
  setPassword(userId: string, password: string): Promise<boolean>
  /** Changes the named fields and no others; `false` when there is no such user. */
  update(userId: string, changes: UserChanges): Promise<boolean>
  /** Sets `lastLogin` to the present time, if the user is there. */
  recordLogin(userId: string): Promise<void>
  /** Deletes a user and all its sessions; `false` when there is no such user. */
  delete(userId: string): Promise<boolean>

  /** The user with this id; `null` when there is none. */
  findById(userId: string): Promise<User | null>
  /** The user with this username or e-mail address, in any spelling; `null` when there is none. */
  findByIdentifier(identifier: string): Promise<User | null>
  /** Users in the order of their names: up to `limit` (default: 100), from the first or behind the username `after`. */
  list(page?: { readonly after?: string; readonly limit?: number }): Promise<User[]>
}

/** What users need. */
export interface UsersOptions {
  /** Opens the store; called before each use. */
  readonly openUsers: () => Promise<UserStore>
  /** (default: the one of this process) */
  readonly hashPool?: HashPool
  readonly clock?: Clock
  readonly passwordPolicy?: PasswordPolicyOption
  /** Is told of created users, of passwords that were set, and of an upgraded hash that can't be written. */
  readonly report?: Report
}

/**
 * Opens nothing and starts no thread.
 *
 * @throws {ConfigError} When the password policy can't be one.
 */
export function createUsers({
  openUsers,
  hashPool = sharedHashPool(),
  clock = systemClock,
  passwordPolicy,
  report = () => undefined,
}: UsersOptions): Users {
  const policy = createPasswordPolicy(passwordPolicy)
  const steps = createLoginSteps({ openUsers, hashPool, report })

  return {
    ...steps,
    checkLogin: async (identifier, password) => steps.checkCandidate(await steps.findCandidate(identifier), password),

    async create(newUser) {
      const users = await openUsers()
      await requireAcceptable(users, policy, newUser)

      const record = createRecord(newUser, await hashPool.hash(newUser.password), clock.now())
      const taken = await users.create(record)
      if (taken !== null) throw new InvalidFormError([takenError(taken)])
      report('user_created', { userId: record.user.id })
      return record.user
    },

    async setPassword(userId, password) {
      const users = await openUsers()
      const user = await users.findById(userId)
      if (user === null) return false

      const detail = checkNewPassword(policy, password, [user.username, user.email ?? ''])
      if (detail !== null) throw new InvalidFormError([{ field: 'password', detail }])
      const isSet = await users.setPasswordHash(userId, await hashPool.hash(password))
      if (isSet) report('password_set', { userId })
      return isSet
    },

    update: async (userId, changes) => (await openUsers()).update(userId, changes),
    recordLogin: async (userId) => (await openUsers()).recordLogin(userId, clock.now()),
    delete: async (userId) => (await openUsers()).delete(userId),

    findById: async (userId) => (await openUsers()).findById(userId),
    findByIdentifier: async (identifier) => (await findRecord(await openUsers(), identifier))?.user ?? null,
    async list({ after, limit = 100 } = {}) {
      const users = await openUsers()
      const records = await users.list(after === undefined ? null : (toIdentifier(after)?.key ?? after), limit)
      return records.map(({ user }) => user)
    },
  }
}
