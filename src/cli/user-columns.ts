import type { User } from '../user/user-store.ts'
import { type Column, formatInstant } from './table.ts'

/** What a list of users shows of each. */
export const userColumns: readonly Column<User>[] = [
  ['Username', ({ username }) => username],
  ['E-mail', ({ email }) => email ?? '-'],
  ['Name', ({ firstName, lastName }) => [firstName, lastName].filter(Boolean).join(' ') || '-'],
  ['Rights', rightsOf],
  ['Active', ({ active }) => (active ? 'yes' : 'no')],
  ['Last login (UTC)', ({ lastLogin }) => (lastLogin === null ? 'never' : formatInstant(lastLogin))],
]

/** All that is shown of one user. */
export const allUserColumns: readonly Column<User>[] = [
  ...userColumns,
  ['Created (UTC)', ({ createdAt }) => formatInstant(createdAt)],
  ['Id', ({ id }) => id],
]

function rightsOf({ admin, superuser }: User): string {
  return [admin ? 'admin' : null, superuser ? 'superuser' : null].filter(Boolean).join(', ') || '-'
}
