import { type Fault, type FieldError, toFieldErrors } from '../errors.ts'
import { fitsAsEmail, fitsAsUsername, maxUsernameLength } from './new-names.ts'
import { findRecord } from './login-check.ts'
import type { NewUser } from './new-user.ts'
import { type PasswordPolicy, checkNewPassword } from '../password/password-policy.ts'
import type { TakenField, User, UserStore } from './user-store.ts'

type Names = Pick<User, 'username' | 'email'>

/** What a name has to be, and what is wrong with one that isn't. */
interface NameRule {
  readonly fits: (text: string) => boolean
  readonly unfit: Fault
  readonly taken: Fault
}

const nameRules: Readonly<Record<TakenField, NameRule>> = {
  username: {
    fits: fitsAsUsername,
    unfit: { code: 'usernameUnfit', values: { maximum: maxUsernameLength } },
    taken: { code: 'usernameTaken' },
  },
  email: { fits: fitsAsEmail, unfit: { code: 'emailUnfit' }, taken: { code: 'emailTaken' } },
}

/** What holds for new users and new passwords. */
export interface UserRules {
  /** What is wrong with a new password of this user; `null` when nothing is. */
  checkPassword(password: string, names: Names): Promise<Fault | null>
  /** What is wrong with a user to be created, field by field; a name that is taken counts as wrong. */
  findFaults(users: UserStore, newUser: NewUser): Promise<FieldError[]>
}

/** The error at a field whose value another user has. */
export function takenError(field: TakenField): FieldError {
  return { field, ...nameRules[field].taken }
}

/** @param siteNames - Words of the site that can't be a whole password. */
export function createUserRules(policy: PasswordPolicy, siteNames: readonly string[]): UserRules {
  async function checkPassword(password: string, { username, email }: Names): Promise<Fault | null> {
    const ofEmail = email === null ? [] : [email, email.replace(/@.*/s, '')]
    return checkNewPassword(policy, password, [username, ...ofEmail, ...siteNames])
  }

  return {
    checkPassword,

    async findFaults(users, { username, email = null, password }) {
      return toFieldErrors({
        username: await checkName(users, 'username', username),
        email: email === null ? null : await checkName(users, 'email', email),
        password: await checkPassword(password, { username, email }),
      })
    },
  }
}

async function checkName(users: UserStore, field: TakenField, name: string): Promise<Fault | null> {
  const { fits, unfit, taken } = nameRules[field]
  if (!fits(name)) return unfit
  return (await findRecord(users, name)) === null ? null : taken
}
