import type { FieldError } from '../errors.ts'
import type { Texts } from '../texts.ts'
import { fitsAsEmail, fitsAsUsername } from './identifier.ts'
import { findRecord } from './login-check.ts'
import type { NewUser } from './new-user.ts'
import { type PasswordPolicy, checkNewPassword } from './password-policy.ts'
import type { TakenField, User, UserStore } from './user-store.ts'

/** What holds for new users and new passwords, and the sentences that say so. */
export interface UserRules {
  /** What a new password must be, to be said before one is chosen. */
  readonly passwordRules: string
  /** What is wrong with a new password of this user; `null` when nothing is. */
  checkPassword(password: string, names: Pick<User, 'username' | 'email'>): Promise<string | null>
  /** What is wrong with a user to be created, field by field; a name that is taken counts as wrong. */
  findFaults(users: UserStore, newUser: NewUser): Promise<FieldError[]>
  /** The error at a field whose value another user has. */
  takenError(field: TakenField): FieldError
}

/** @param siteNames - Words of the site that can't be a whole password. */
export function createUserRules(policy: PasswordPolicy, texts: Texts, siteNames: readonly string[]): UserRules {
  const taken: Readonly<Record<TakenField, string>> = { username: texts.usernameTaken, email: texts.emailTaken }
  const withMinimum = (text: string): string => text.replaceAll('{minimum}', String(policy.minimumLength))

  async function checkPassword(password: string, { username, email }: Pick<User, 'username' | 'email'>) {
    const words = [username, ...(email === null ? [] : [email, email.split('@', 1)[0] ?? '']), ...siteNames]
    const fault = await checkNewPassword(policy, password, words)
    return fault === null ? null : withMinimum(texts[fault])
  }

  async function checkFree(users: UserStore, field: TakenField, text: string): Promise<string | null> {
    return (await findRecord(users, text)) === null ? null : taken[field]
  }

  return {
    passwordRules: withMinimum(texts.passwordRules),
    checkPassword,

    async findFaults(users, { username, email = null, password }) {
      const details = {
        username: fitsAsUsername(username) ? await checkFree(users, 'username', username) : texts.usernameUnfit,
        email: email === null ? null : fitsAsEmail(email) ? await checkFree(users, 'email', email) : texts.emailUnfit,
        password: await checkPassword(password, { username, email }),
      }
      return Object.entries(details).flatMap(([field, detail]) => (detail === null ? [] : [{ field, detail }]))
    },

    takenError: (field) => ({ field, detail: taken[field] }),
  }
}
