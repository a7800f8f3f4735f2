import type { Report } from '../events.ts'
import type { HashShare } from '../password/hash-share.ts'
import type { HashPool } from '../password/hash-pool.ts'
import { toIdentifier } from './identifier.ts'
import type { PasswordCheck } from '../password/password.ts'
import { requirePossiblePassword } from '../password/password-form.ts'
import type { RefusalDelay } from './refusal-delay.ts'
import type { User, UserRecord, UserStore } from './user-store.ts'

/** Why a login failed. For the app's own code and log: the client is told none of it. */
export type LoginFailureReason = 'unknown_user' | 'wrong_password' | 'unknown_hash' | 'inactive'

/** What a username and a password came to. */
export type LoginCheck =
  | { readonly ok: true; readonly user: User }
  | { readonly ok: false; readonly reason: LoginFailureReason; readonly user: User | null }

/** Whom a typed name stands for, before the password is looked at. */
export interface LoginCandidate {
  /**
   * By what tries are counted: the same for every spelling, and for a user's name and address. Begins with `user:`
   * and the user's id, or `name:` where there is no such user.
   */
  readonly accountKey: string
  /** What was typed, under one key for every spelling, whether there is such a user or not. */
  readonly nameKey: string
  /** `null` when there is no such user. */
  readonly user: User | null
}

/** The two steps of a login, apart so that tries can be counted in between. */
export interface LoginSteps {
  findCandidate(identifier: string): Promise<LoginCandidate>
  checkCandidate(candidate: LoginCandidate, password: string, share?: HashShare): Promise<LoginCheck>
}

export interface LoginStepsOptions {
  readonly openUsers: () => Promise<UserStore>
  readonly hashPool: HashPool
  readonly report: Report
  readonly refusalDelay: RefusalDelay
}

/** Finds the record of a typed name or address; `null` when there is none. */
export async function findRecord(users: UserStore, identifier: string): Promise<UserRecord | null> {
  const parsed = toIdentifier(identifier)
  if (parsed === null) return null
  return parsed.kind === 'email' ? users.findByEmail(parsed.key) : users.findByUsername(parsed.key)
}

export function createLoginSteps({ openUsers, hashPool, report, refusalDelay }: LoginStepsOptions): LoginSteps {
  // Kept beside the candidates, not in them: whoever logs or passes on a candidate shows no hash.
  const records = new WeakMap<LoginCandidate, UserRecord>()

  async function upgradeHash(user: User, from: string, to: string): Promise<void> {
    try {
      const users = await openUsers()
      await users.upgradePasswordHash(user.id, from, to)
    } catch (error) {
      // The password was right, whatever goes wrong here. The next login tries again.
      report('error', { userId: user.id, error })
    }
  }

  return {
    async findCandidate(identifier) {
      const nameKey = toIdentifier(identifier)?.key ?? ''
      const record = await findRecord(await openUsers(), identifier)
      if (record === null) return { accountKey: `name:${nameKey}`, nameKey, user: null }

      const candidate = { accountKey: `user:${record.user.id}`, nameKey, user: record.user }
      records.set(candidate, record)
      return candidate
    },

    async checkCandidate(candidate, password, share) {
      requirePossiblePassword(password, 'password')

      // Whoever it is costs one hash, and a refusal what the dearest one takes, or the time would tell which names exist.
      const record = records.get(candidate)
      const check = await hashPool.check(password, record?.passwordHash ?? null, share)
      if (record !== undefined) refusalDelay.learn(record.passwordHash, check)
      if (record !== undefined && check.unreadable !== undefined) {
        report('unknown_hash', { userId: record.user.id, reason: check.unreadable })
      }
      const outcome = judge(record, check)

      if (!outcome.ok) await refusalDelay.holdBack(check)
      else if (record !== undefined && check.upgraded !== null) {
        await upgradeHash(outcome.user, record.passwordHash, check.upgraded)
      }
      return outcome
    },
  }
}

function judge(record: UserRecord | undefined, { matches, unreadable }: PasswordCheck): LoginCheck {
  if (record === undefined) return { ok: false, reason: 'unknown_user', user: null }
  const { user } = record
  if (unreadable !== undefined) return { ok: false, reason: 'unknown_hash', user }
  if (!matches) return { ok: false, reason: 'wrong_password', user }
  return user.active ? { ok: true, user } : { ok: false, reason: 'inactive', user }
}
