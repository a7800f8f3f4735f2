import { systemClock, type Clock } from '../clock.ts'
import { type Fault, type FieldError, InvalidFormError, toFieldErrors } from '../errors.ts'
import { type Occasion, type Report, occasionDetails } from '../events.ts'
import { checkLimit } from '../page-limit.ts'
import type { HashShare } from '../password/hash-share.ts'
import { sharedHashPool, type HashPool } from '../password/hash-pool.ts'
import { toIdentifier } from './identifier.ts'
import { createImportedRecord, type ImportedUser } from './import-user.ts'
import { createKeyQueue } from './key-queue.ts'
import { createLoginSteps, findRecord, type LoginCandidate, type LoginCheck } from './login-check.ts'
import { createRecord, type NewUser } from './new-user.ts'
import { changePassword, type PasswordChange } from './password-change.ts'
import { requirePossiblePassword } from '../password/password-form.ts'
import { createPasswordPolicy, type PasswordPolicy, type PasswordPolicyOption } from '../password/password-policy.ts'
import { createRefusalDelay } from './refusal-delay.ts'
import { createUserRules, takenError } from './user-rules.ts'
import type { User, UserChanges, UserRecord, UserStore } from './user-store.ts'

/** What the caller of a step with a password knows of it. */
interface PasswordOccasion extends Occasion {
  /** By whom the hash is asked for, where many wait (default: the app). */
  readonly share?: HashShare
}

/**
 * Users and their passwords. Every method throws `UnavailableError` when the database fails. Each change is told by an
 * event, with what its `occasion` says.
 */
export interface Users {
  /**
   * Checks a username or e-mail address and a password: `findCandidate` and `checkCandidate` in one. Costs one hash, whether
   * there is such a user or not, and a hash of other software beside it, which is replaced after a right password. A refusal
   * comes as late as after the dearest of those hashes. `lastLogin` stays: see `recordLogin`.
   *
   * @throws {MalformedBodyError} When the password can be nobody's, such as one that is too long. Nothing is hashed.
   * @throws {UnavailableError} When too many passwords are being checked already.
   */
  checkLogin(identifier: string, password: string): Promise<LoginCheck>
  /** Looks up whom a login is about, for counting tries before the password is checked. Never fails for a name. */
  findCandidate(identifier: string): Promise<LoginCandidate>
  /**
   * Checks the password of a candidate that `findCandidate` gave; everything `checkLogin` says holds.
   *
   * @param share - By whom the hash is asked for, where many wait (default: the app).
   */
  checkCandidate(candidate: LoginCandidate, password: string, share?: HashShare): Promise<LoginCheck>

  /** What may be a new password: to be said, by `texts.passwordRules`, before one is chosen. */
  readonly passwordPolicy: PasswordPolicy
  /**
   * What is wrong with a user to be created; empty when nothing is. Looks at each of `username`, `email` and `password`,
   * and takes a name that another user has for wrong.
   */
  findFaults(user: NewUser): Promise<FieldError[]>
  /** What is wrong with a new password of this user; `null` when nothing is. Nothing is hashed. */
  checkNewPassword(user: User, password: string): Promise<Fault | null>

  /**
   * Creates a user. Of several with one name or address, one is created.
   *
   * @throws {InvalidFormError} Naming each of `username`, `email` and `password` that is at fault or taken.
   */
  create(user: NewUser, occasion?: PasswordOccasion): Promise<User>
  /**
   * Creates a user with a hash that other software made. At the first login latchkey's own takes its place. Takes every
   * name that can log in, also one that no new user can have.
   *
   * @throws {InvalidFormError} Naming each of `username`, `email` and `passwordHash` that can't be used or is taken.
   */
  import(user: ImportedUser, occasion?: Occasion): Promise<User>
  /**
   * Sets the password of a user who knows the current one, and ends all sessions, in one statement. Whoever checked the
   * current password before can't log in with it after, and of two changes at once one is made.
   *
   * @throws {InvalidFormError} Naming `password`, when the policy refuses the new one.
   * @throws {MalformedBodyError} When the current one can be nobody's.
   */
  changePassword(user: User, current: string, next: string, occasion?: PasswordOccasion): Promise<PasswordChange>
  /**
   * Sets a password and ends all sessions of the user, in one statement; `false` when there is no such user.
   *
   * @throws {InvalidFormError} Naming `password`, when the policy refuses it.
   */
  setPassword(userId: string, password: string, occasion?: Occasion): Promise<boolean>
  /**
   * Changes the named fields and no others; `false` when there is no such user. `active: false` ends all sessions of the
   * user, in the same statement.
   */
  update(userId: string, changes: UserChanges, occasion?: Occasion): Promise<boolean>
  /** Sets `lastLogin` to the present time, if the user is there. */
  recordLogin(userId: string): Promise<void>
  /**
   * Deletes a user and all its sessions; `false` when there is no such user. With hundreds of sessions it takes many
   * statements, and seconds with thousands; it holds nobody up, and the user is logged out and inactive from the beginning.
   * Where it breaks off, the user stays so: delete it again.
   */
  delete(userId: string, occasion?: Occasion): Promise<boolean>

  /** The user with this id; `null` when there is none. */
  findById(userId: string): Promise<User | null>
  /** The user with this username or e-mail address, in any spelling; `null` when there is none. */
  findByIdentifier(identifier: string): Promise<User | null>
  /**
   * Users in the order of their names: up to `limit` (default: 100, at most 1,000), from the first or behind the username
   * `after`.
   *
   * @throws {RangeError} When `limit` can't be one.
   */
  list(page?: { readonly after?: string; readonly limit?: number }): Promise<User[]>
}

/** What users need. */
export interface UsersOptions {
  /** Opens the store; called before each use. */
  readonly openUsers: () => Promise<UserStore>
  /** (default: the one of this process) */
  readonly hashPool?: HashPool
  readonly clock?: Clock
  readonly passwordPolicy?: PasswordPolicyOption | undefined
  /** Words of the site that can't be a whole password (default: none). */
  readonly siteNames?: readonly string[]
  /** Is told of every change, and of an upgraded hash that can't be written. */
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
  passwordPolicy: policyOption,
  siteNames = [],
  report = () => undefined,
}: UsersOptions): Users {
  const passwordPolicy = createPasswordPolicy(policyOption)
  const rules = createUserRules(passwordPolicy, siteNames)
  const inTurn = createKeyQueue()
  const refusalDelay = createRefusalDelay({ openUsers, hashPool })
  const steps = createLoginSteps({ openUsers, hashPool, report, refusalDelay })

  async function add(users: UserStore, record: UserRecord, occasion?: Occasion): Promise<User> {
    const taken = await users.create(record)
    if (taken !== null) throw new InvalidFormError([takenError(taken)])
    const { id, admin, superuser } = record.user
    const reason = changesInWords({ ...(admin && { admin }), ...(superuser && { superuser }) })
    report('user_created', { ...occasionDetails(occasion), userId: id, ...(reason !== null && { reason }) })
    return record.user
  }

  /** A deletion that broke off has left the user inactive. */
  async function reportShut(users: UserStore, userId: string, occasion?: Occasion): Promise<void> {
    const user = await users.findById(userId).catch(() => null)
    if (user?.active !== false) return
    report('user_changed', { ...occasionDetails(occasion), userId, reason: 'active=false' })
  }

  async function requirePassword(user: User, password: string): Promise<void> {
    requireNone(toFieldErrors({ password: await rules.checkPassword(password, user) }))
  }

  return {
    ...steps,
    checkLogin: async (identifier, password) => steps.checkCandidate(await steps.findCandidate(identifier), password),

    passwordPolicy,
    findFaults: async (newUser) => rules.findFaults(await openUsers(), newUser),
    checkNewPassword: (user, password) => rules.checkPassword(password, user),

    create(newUser, occasion) {
      // A crowd that wants one name costs one hash, and not one each: whoever waits finds it taken.
      return inTurn(keysOf(newUser), async () => {
        const users = await openUsers()
        requireNone(await rules.findFaults(users, newUser))
        const hash = await hashPool.hash(newUser.password, occasion?.share)
        return add(users, createRecord(newUser, hash, clock.now()), occasion)
      })
    },

    async import(user, occasion) {
      const imported = await add(await openUsers(), createImportedRecord(user, clock.now()), occasion)
      refusalDelay.see(user.passwordHash)
      return imported
    },

    async changePassword(user, current, next, occasion) {
      requirePossiblePassword(current, 'current_password')
      await requirePassword(user, next)
      const users = await openUsers()
      // In turn, so that whoever comes too late costs one hash and not three.
      const change = await inTurn([user.id], () =>
        changePassword({ users, hashPool, refusalDelay }, user, current, next, occasion?.share),
      )
      if (change.ok) report('password_set', { ...occasionDetails({ by: user.id, ...occasion }), userId: user.id })
      return change
    },

    async setPassword(userId, password, occasion) {
      const users = await openUsers()
      const user = await users.findById(userId)
      if (user === null) return false

      await requirePassword(user, password)
      const isSet = await users.setPasswordHash(userId, await hashPool.hash(password))
      if (isSet) report('password_set', { ...occasionDetails(occasion), userId })
      return isSet
    },

    async update(userId, changes, occasion) {
      const isChanged = await (await openUsers()).update(userId, changes)
      const reason = changesInWords(changes)
      if (isChanged && reason !== null) report('user_changed', { ...occasionDetails(occasion), userId, reason })
      return isChanged
    },

    recordLogin: async (userId) => (await openUsers()).recordLogin(userId, clock.now()),
    async delete(userId, occasion) {
      const users = await openUsers()
      try {
        const isDeleted = await users.delete(userId)
        if (isDeleted) report('user_deleted', { ...occasionDetails(occasion), userId })
        return isDeleted
      } catch (error) {
        await reportShut(users, userId, occasion)
        throw error
      }
    },

    findById: async (userId) => (await openUsers()).findById(userId),
    findByIdentifier: async (identifier) => (await findRecord(await openUsers(), identifier))?.user ?? null,
    async list({ after, limit = 100 } = {}) {
      checkLimit(limit)
      const users = await openUsers()
      const records = await users.list(after === undefined ? null : (toIdentifier(after)?.key ?? after), limit)
      return records.map(({ user }) => user)
    },
  }
}

function requireNone(faults: readonly FieldError[]): void {
  if (faults.length > 0) throw new InvalidFormError(faults)
}

function keysOf({ username, email = null }: NewUser): string[] {
  return [username, email].map((name) => toIdentifier(name ?? '')?.key).filter((key) => key !== undefined)
}

const toldFlags = ['active', 'admin', 'superuser'] as const
const toldNames = ['firstName', 'lastName'] as const

/** What was changed of a user, for an event: flags with their values, names without; `null` when nothing was. */
function changesInWords(changes: UserChanges): string | null {
  const set = toldFlags.flatMap((flag) =>
    changes[flag] === undefined ? [] : [`${flag}=${changes[flag] ? 'true' : 'false'}`],
  )
  const renamed = toldNames.filter((name) => changes[name] !== undefined)
  return [...set, ...renamed].join(',') || null
}
