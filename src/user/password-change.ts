import type { HashShare } from '../password/hash-share.ts'
import type { HashPool } from '../password/hash-pool.ts'
import { findRecord } from './login-check.ts'
import type { RefusalDelay } from './refusal-delay.ts'
import type { User, UserStore } from './user-store.ts'

/** What a change of a password came to. `user` has no session: the one it was asked with has ended, too. */
export type PasswordChange =
  | { readonly ok: true; readonly user: User }
  | { readonly ok: false; readonly reason: 'wrong_password' }

/** What a change of a password needs. */
export interface PasswordChangeTools {
  readonly users: UserStore
  readonly hashPool: HashPool
  readonly refusalDelay: RefusalDelay
}

const wrong: PasswordChange = { ok: false, reason: 'wrong_password' }

/** Sets a password for someone who knows the current one. Costs two hashes, or one where it is wrong. */
export async function changePassword(
  tools: PasswordChangeTools,
  user: User,
  current: string,
  next: string,
  share?: HashShare,
): Promise<PasswordChange> {
  const { users, hashPool, refusalDelay } = tools
  const record = await findRecord(users, user.username)
  if (record === null || record.user.id !== user.id) return wrong
  const check = await hashPool.check(current, record.passwordHash, share)
  refusalDelay.learn(record.passwordHash, check)
  if (!check.matches) {
    await refusalDelay.holdBack(check)
    return wrong
  }

  const isChanged = await users.changePasswordHash(user.id, record.passwordHash, await hashPool.hash(next, share))
  // Someone was faster: with another password, or with a newer hash of this one.
  if (!isChanged) return changePassword(tools, user, current, next, share)
  return { ok: true, user: { ...record.user, sessionGeneration: record.user.sessionGeneration + 1 } }
}
