import type { HashShare } from './hash-lines.ts'
import type { HashPool } from './hash-pool.ts'
import { findRecord } from './login-check.ts'
import type { User, UserStore } from './user-store.ts'

/** What a change of a password came to. `user` has no session: the one it was asked with has ended, too. */
export type PasswordChange =
  | { readonly ok: true; readonly user: User }
  | { readonly ok: false; readonly reason: 'wrong_password' }

const wrong: PasswordChange = { ok: false, reason: 'wrong_password' }

/** Sets a password for someone who knows the current one. Costs two hashes, or one where it is wrong. */
export async function changePassword(
  users: UserStore,
  hashPool: HashPool,
  user: User,
  current: string,
  next: string,
  share?: HashShare,
): Promise<PasswordChange> {
  const record = await findRecord(users, user.username)
  if (record === null || record.user.id !== user.id) return wrong
  if (!(await hashPool.check(current, record.passwordHash, share)).matches) return wrong

  const isChanged = await users.changePasswordHash(user.id, record.passwordHash, await hashPool.hash(next, share))
  // Someone was faster: with another password, or with a newer hash of this one.
  if (!isChanged) return changePassword(users, hashPool, user, current, next, share)
  return { ok: true, user: { ...record.user, sessionGeneration: record.user.sessionGeneration + 1 } }
}
