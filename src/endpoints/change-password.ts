import { type Auth, defaultAuth } from '../auth.ts'
import {
  ConfigError,
  type Fault,
  InvalidFormError,
  NotLoggedInError,
  ReadOnlyError,
  UnavailableError,
  toFieldErrors,
} from '../errors.ts'
import { getUser, protect } from '../guards/protect.ts'
import type { Form } from '../http/form.ts'
import type { FetchHandler } from '../http/fetch-handler.ts'
import { checkTarget } from '../http/redirect-target.ts'
import { type ChangePasswordPageContext, changePasswordPage } from '../pages/change-password-page.ts'
import { type PageOptions, createPageRenderer } from '../pages/page-renderer.ts'
import type { User } from '../user/user-store.ts'
import { beginAnew } from './complete-login.ts'
import { formEndpoint } from './form-endpoint.ts'
import { passwordRulesOf, readPassword } from './form-fields.ts'
import { shareOfUser } from './hash-room.ts'
import { type Visit, eventDetails } from './visit.ts'

export interface ChangePasswordOptions extends PageOptions<ChangePasswordPageContext> {
  /** What all endpoints and guards share (default: the one of the environment, `defaultAuth()`). */
  readonly auth?: Auth
  /** Where a browser without a session goes (default: the `login` link of `createAuth`, or `/login/`). */
  readonly loginUrl?: string
  /**
   * Where a changed password leads: a path or a whole URL (default: `loginUrl`, or `/` with `keepThisSession`); `null`
   * answers JSON instead of redirecting.
   */
  readonly redirectTo?: string | null
  /** Goes on under a new token in the browser that changed the password (default: false, every session ends). */
  readonly keepThisSession?: boolean
  /** Shows the page, and refuses what is sent (default: false). */
  readonly readOnly?: boolean
}

/**
 * A page on GET on which a user chooses another password; on POST checks `current_password`, `new_password` and
 * `confirm_new_password` (a form or JSON), sets it, ends **every** session of the user, and redirects with 303.
 *
 * Guarded by itself: a browser without a session goes to `loginUrl?next=…`, a program gets 401. A client whose `Accept`
 * names `application/json` gets `{ message, redirectTo }` instead of the redirect.
 *
 * @example
 * app.mount('/change-password/', changePassword({ auth }))
 *
 * @throws {ConfigError} When an option is wrong, or a template is missing or broken.
 */
export function changePassword({
  auth = defaultAuth(),
  loginUrl = auth.wiring.links.login ?? '/login/',
  keepThisSession = false,
  redirectTo = keepThisSession ? '/' : loginUrl,
  readOnly = false,
  ...pageOptions
}: ChangePasswordOptions = {}): FetchHandler {
  if (keepThisSession && redirectTo === loginUrl) {
    throw new ConfigError(
      'With keepThisSession nobody has to log in again: redirectTo must be another page than loginUrl.',
    )
  }
  const target = redirectTo === null ? null : checkTarget('redirectTo', redirectTo)
  const page = createPageRenderer(changePasswordPage, pageOptions, auth.wiring, target === null ? [] : [target])

  /** All that can be said without checking the current password, so that a slip costs no try and no hash. */
  async function requireAcceptable(user: User, passwords: Passwords): Promise<void> {
    const faults = toFieldErrors({
      current_password: passwords.current === '' ? { code: 'passwordMissing' } : null,
      new_password: newPasswordFault(passwords) ?? (await auth.users.checkNewPassword(user, passwords.next)),
      confirm_new_password: passwords.confirmed === passwords.next ? null : { code: 'passwordsDiffer' },
    })
    if (faults.length > 0) throw new InvalidFormError(faults)
  }

  async function change(user: User, { current, next }: Passwords, visit: Visit): Promise<User> {
    const attempt = { address: visit.address, accountKey: `user:${user.id}`, device: await visit.device() }
    const occasion = { requestId: visit.requestId, share: shareOfUser(user.id) }
    const outcome = await auth.throttle.attempt('change', attempt, () =>
      auth.users.changePassword(user, current, next, occasion),
    )
    const details = eventDetails(visit)
    if (outcome.ok) {
      auth.report('password_changed', details)
      return outcome.user
    }
    auth.report('password_change_failed', { ...details, reason: outcome.reason })
    throw new InvalidFormError([{ field: 'current_password', code: 'currentPasswordWrong' }])
  }

  const endpoint = formEndpoint({
    auth,

    async show({ request }, errors) {
      return page({ ...errors, username: userOf(request).username, passwordRules: passwordRulesOf(auth) })
    },

    async begin({ request }) {
      if (readOnly) throw new ReadOnlyError()
      if (!auth.wiring.hashPool.hasRoom(shareOfUser(userOf(request).id))) throw new UnavailableError({ retryAfter: 2 })
    },

    async submit(form, visit) {
      const user = userOf(visit.request)
      const passwords = readPasswords(form)
      await requireAcceptable(user, passwords)

      const changed = await change(user, passwords, visit)
      const session = keepThisSession ? await beginAnew(auth, changed) : [auth.cookie.serialize(null)]
      // The password's change has ended all devices, this one included: its user would be one of many at the next login.
      const device = await auth.devices.makeKnown(changed, null)
      const body = { message: 'password changed', redirectTo: target }
      return { goTo: target, body, cookies: [...session, ...device] }
    },
  })
  return protect(endpoint, { auth, loginUrl })
}

/** As they were typed; empty where one isn't there. */
interface Passwords {
  readonly current: string
  readonly next: string
  readonly confirmed: string
}

function readPasswords(form: Form): Passwords {
  return {
    current: readPassword(form, 'current_password'),
    next: readPassword(form, 'new_password'),
    confirmed: readPassword(form, 'confirm_new_password'),
  }
}

function newPasswordFault({ current, next }: Passwords): Fault | null {
  if (next === '') return { code: 'newPasswordMissing' }
  return next.normalize('NFC') === current.normalize('NFC') ? { code: 'passwordUnchanged' } : null
}

function userOf(request: Request): User {
  const user = getUser(request)
  if (user === null) throw new NotLoggedInError()
  return user
}
