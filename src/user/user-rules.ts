import { type FieldError, toFieldErrors } from '../errors.ts'
import type { Texts } from '../texts.ts'
import { fitsAsEmail, fitsAsUsername } from './new-names.ts'
import { findRecord } from './login-check.ts'
import type { NewUser } from './new-user.ts'
import { type PasswordPolicy, checkNewPassword } from '../password/password-policy.ts'
import type { TakenField, User, UserStore } from './user-store.ts'

type Names = Pick<User, 'username' | 'email'>

/** What holds for new users and new passwords, and the sentences that say so. */
export interface UserRules {
  /** What a new password must be, to be said before one is chosen. */
  readonly passwordRules: string
  /** What is wrong with a new password of this user; `null` when nothing is. */
  checkPassword(password: string, names: Names): Promise<string | null>
  /** What is wrong with a user to be created, field by field; a name that is taken counts as wrong. */
  findFaults(users: UserStore, newUser: NewUser): Promise<FieldError[]>
  /** The error at a field whose value another user has. */
  takenError(field: TakenField): FieldError
}

/** @param siteNames - Words of the site that can't be a whole password. */
export function createUserRules(policy: PasswordPolicy, texts: Texts, siteNames: readonly string[]): UserRules {
  const names = {
    username: { fits: fitsAsUsername, unfit: texts.usernameUnfit, taken: texts.usernameTaken },
    email: { fits: fitsAsEmail, unfit: texts.emailUnfit, taken: texts.emailTaken },
  }
  const withMinimum = (text: string): string => text.replaceAll('{minimum}', String(policy.minimumLength))

  async function checkName(users: UserStore, field: TakenField, name: string): Promise<string | null> {
    const { fits, unfit, taken } = names[field]
    if (!fits(name)) return unfit
    return (await findRecord(users, name)) === null ? null : taken
  }

  async function checkPassword(password: string, { username, email }: Names): Promise<string | null> {
    const ofEmail = email === null ? [] : [email, email.replace(/@.*/s, '')]
    const fault = await checkNewPassword(policy, password, [username, ...ofEmail, ...siteNames])
    return fault === null ? null : withMinimum(texts[fault])
  }

  return {
    passwordRules: withMinimum(texts.passwordRules),
    checkPassword,

    async findFaults(users, { username, email = null, password }) {
      return toFieldErrors({
        username: await checkName(users, 'username', username),
        email: email === null ? null : await checkName(users, 'email', email),
        password: await checkPassword(password, { username, email }),
      })
    },

    takenError: (field) => ({ field, detail: names[field].taken }),
  }
}
