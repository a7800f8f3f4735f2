import { type Auth, defaultAuth } from '../auth.ts'
import type { CaptchaOption } from '../captcha/captcha.ts'
import { ConfigError, type FieldError, InvalidFormError, ReadOnlyError, toFieldErrors } from '../errors.ts'
import type { Form } from '../http/form.ts'
import type { FetchHandler } from '../http/fetch-handler.ts'
import { checkTarget } from '../http/redirect-target.ts'
import { type PageOptions, createPageRenderer } from '../pages/page-renderer.ts'
import { type RegisterPageContext, registerPage } from '../pages/register-page.ts'
import type { NewUser } from '../user/new-user.ts'
import { createCaptchaCheck } from './captcha-check.ts'
import { formEndpoint } from './form-endpoint.ts'
import { passwordRulesOf, readName, readPassword, shownText } from './form-fields.ts'
import { requireHashRoom, shareOfAddress } from './hash-room.ts'
import { type RegisterHookContext, type RegisterHooks, runHooks } from './hooks.ts'
import { type Visit, eventDetails } from './visit.ts'

const fieldNames: readonly string[] = ['username', 'email', 'password', 'confirm_password']

/** What `register()` gives each new user. None of it is taken from what a client sends. */
export type UserDefaults = Pick<NewUser, 'active' | 'admin' | 'superuser' | 'firstName' | 'lastName'>

export interface RegisterOptions extends PageOptions<RegisterPageContext> {
  /** What all endpoints and guards share (default: the one of the environment, `defaultAuth()`). */
  readonly auth?: Auth
  /**
   * Where a registration leads: a path or a whole URL (default: the `login` link of `createAuth`, or `/login/`); `null`
   * answers JSON instead of redirecting.
   */
  readonly redirectTo?: string | null
  /** What each new user is (default: inactive, and no more than a user). `active: true` lets them log in at once. */
  readonly userDefaults?: UserDefaults
  /** Asked before anything is looked up; a function is its `verify` alone (default: `null`, none). */
  readonly captcha?: CaptchaOption | null
  /** Shows the page, and refuses what is sent (default: false). */
  readonly readOnly?: boolean
  /** The app's own code before and after a registration. */
  readonly hooks?: RegisterHooks
}

/**
 * A page on GET on which someone becomes a user; on POST checks `username`, `email`, `password` and `confirm_password`
 * (a form or JSON), creates the user, and redirects to the login with 303.
 *
 * A client whose `Accept` names `application/json` gets `{ message, redirectTo }` instead. Nobody is logged in by it.
 * A new user is **inactive**, and can't log in, unless `userDefaults` says otherwise. The answer tells whether a name
 * is taken; an address can ask for ten users in an hour.
 *
 * @example
 * app.mount('/register/', register({ auth, userDefaults: { active: true } }))
 *
 * @throws {ConfigError} When an option is wrong, or a template is missing or broken.
 */
export function register({
  auth = defaultAuth(),
  redirectTo = auth.wiring.links.login ?? '/login/',
  userDefaults = {},
  captcha = null,
  readOnly = false,
  hooks = {},
  ...pageOptions
}: RegisterOptions = {}): FetchHandler {
  checkUserDefaults(userDefaults)
  const target = redirectTo === null ? null : checkTarget('redirectTo', redirectTo)
  const captchaCheck = createCaptchaCheck(auth, captcha, { whenUnavailable: 'refuse', pageOptions })
  const page = createPageRenderer(
    registerPage,
    pageOptions,
    auth.wiring,
    target === null ? [] : [target],
    captchaCheck.csp,
  )

  async function requireAcceptable(form: Form, newUser: NewUser): Promise<void> {
    const faults = [...formFaults(form, newUser), ...(await auth.users.findFaults(newUser))]
    const shown = fieldNames.flatMap((name) => faults.find(({ field }) => field === name) ?? [])
    if (shown.length > 0) throw new InvalidFormError(shown)
  }

  async function createUser(form: Form, newUser: NewUser, visit: Visit): Promise<void> {
    const context: RegisterHookContext = {
      username: newUser.username,
      email: newUser.email ?? '',
      fields: furtherFields(form, captchaCheck.tokenField),
      request: visit.request,
    }
    await runHooks(hooks.preRegister, context, 422)
    const occasion = { requestId: visit.requestId, share: shareOfAddress(visit) }
    const user = await auth.users.create({ active: false, ...userDefaults, ...newUser }, occasion)
    auth.report('registered', { ...eventDetails(visit), userId: user.id })
    await runHooks(hooks.registered, { ...context, user }, 422)
  }

  return formEndpoint({
    auth,

    async show(visit, errors) {
      const { form } = visit
      return page({
        ...errors,
        username: shownText(form, 'username'),
        email: shownText(form, 'email'),
        passwordRules: passwordRulesOf(auth),
        captcha: await captchaCheck.formHtml(visit),
      })
    },

    async begin(visit) {
      if (readOnly) throw new ReadOnlyError()
      await auth.throttle.requireRoom('register', visit.address)
      await requireHashRoom(auth, visit)
    },

    serve: captchaCheck.serve,

    async submit(form, visit) {
      // First: whether a name is taken is told to people alone.
      await captchaCheck.require(form, visit)
      const newUser = readNewUser(form)
      await requireAcceptable(form, newUser)
      await createUser(form, newUser, visit)
      return { goTo: target, body: { message: 'registered', redirectTo: target } }
    },
  })
}

function readNewUser(form: Form): NewUser & { readonly email: string } {
  return {
    username: readName(form, 'username'),
    email: readName(form, 'email'),
    password: readPassword(form, 'password'),
  }
}

/** What is wrong with the form, whatever holds for users. */
function formFaults(form: Form, { username, email, password }: NewUser): FieldError[] {
  return toFieldErrors({
    username: username.trim() === '' ? { code: 'newUsernameMissing' } : null,
    email: (email ?? '').trim() === '' ? { code: 'emailMissing' } : null,
    password: password === '' ? { code: 'newPasswordMissing' } : null,
    confirm_password: readPassword(form, 'confirm_password') === password ? null : { code: 'passwordsDiffer' },
  })
}

/** What a page of the app's own may ask for beside latchkey's fields. */
function furtherFields(form: Form, tokenField: string | null): ReadonlyMap<string, string> {
  const isFurther = (name: string): boolean =>
    !fieldNames.includes(name) && name !== 'format' && name !== tokenField && !/password/i.test(name)
  return new Map(
    [...form].flatMap(([name, value]) =>
      isFurther(name) && typeof value === 'string' && value.isWellFormed() ? [[name, value] as const] : [],
    ),
  )
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean'
const isName = (value: unknown): boolean => typeof value === 'string' || value === null

const defaultChecks: Readonly<Record<keyof UserDefaults, (value: unknown) => boolean>> = {
  active: isFlag,
  admin: isFlag,
  superuser: isFlag,
  firstName: isName,
  lastName: isName,
}

/** @throws {ConfigError} When a member is unknown or of another type. */
function checkUserDefaults(userDefaults: UserDefaults): void {
  const known = new Map(Object.entries(defaultChecks))
  for (const [name, value] of Object.entries(userDefaults)) {
    const check = known.get(name)
    if (check === undefined)
      throw new ConfigError(`userDefaults has no ${name}. It knows ${[...known.keys()].join(', ')}.`)
    if (!check(value))
      throw new ConfigError(`userDefaults.${name} must be ${check === isFlag ? 'true or false' : 'text'}.`)
  }
}
