import { type Auth, defaultAuth } from '../auth.ts'
import type { CaptchaOption } from '../captcha/captcha.ts'
import { InvalidFormError, LoginFailedError, toFieldErrors } from '../errors.ts'
import { hashIdentifier } from '../events.ts'
import type { Form } from '../http/form.ts'
import type { FetchHandler } from '../http/fetch-handler.ts'
import { checkTarget, nextFromQuery, ownPath } from '../http/redirect-target.ts'
import { type LoginPageContext, loginPage } from '../pages/login-page.ts'
import { type PageOptions, createPageRenderer } from '../pages/page-renderer.ts'
import type { User } from '../user/user-store.ts'
import { createCaptchaCheck } from './captcha-check.ts'
import { completeLogin } from './complete-login.ts'
import { formEndpoint } from './form-endpoint.ts'
import { readName, readPassword, shownText } from './form-fields.ts'
import { requireHashRoom, shareOfAttempt } from './hash-room.ts'
import { type LoginHooks, runHooks } from './hooks.ts'
import { type Visit, eventDetails } from './visit.ts'

export interface SessionLoginOptions extends PageOptions<LoginPageContext> {
  /** What login, logout and the guards share (default: the one of the environment, `defaultAuth()`). */
  readonly auth?: Auth
  /** Where a login leads: a path or a whole URL (default: `/`); `null` answers JSON instead of redirecting. */
  readonly redirectTo?: string | null
  /** Asked before hooks and password; a function is its `verify` alone (default: `null`, none). */
  readonly captcha?: CaptchaOption | null
  /** The app's own code before and after a login. */
  readonly hooks?: LoginHooks
}

/**
 * A login page on GET; on POST checks `username` and `password` (a form or JSON), starts a session, sets its cookie
 * and redirects with 303.
 *
 * A client whose `Accept` names `application/json` gets `{ message, redirectTo, expiresAt }` instead. A login always
 * starts a new session and ends the one that came with the request. The redirect follows `next`, from the query or
 * the form, where it is a path of the app's own.
 *
 * @example
 * app.mount('/login/', sessionLogin({ auth, redirectTo: '/private/' }))
 *
 * @throws {ConfigError} When an option is wrong, or a template is missing or broken.
 */
export function sessionLogin({
  auth = defaultAuth(),
  redirectTo = '/',
  captcha = null,
  hooks = {},
  ...pageOptions
}: SessionLoginOptions = {}): FetchHandler {
  const target = redirectTo === null ? null : checkTarget('redirectTo', redirectTo)
  const captchaCheck = createCaptchaCheck(auth, captcha, { whenUnavailable: 'limit', pageOptions })
  const page = createPageRenderer(
    loginPage,
    pageOptions,
    auth.wiring,
    target === null ? [] : [target],
    captchaCheck.csp,
  )

  async function checkLogin(form: Form, visit: Visit): Promise<{ user: User; username: string }> {
    const { request } = visit
    const { username, password } = requireCredentials(form)
    const candidate = await auth.users.findCandidate(username)
    const { accountKey, nameKey } = candidate
    const attempt = { address: visit.address, accountKey, nameKey, device: await visit.device() }
    // The page that the try ends in knows of the name what the try knew.
    visit.visitor = attempt
    await captchaCheck.require(form, visit)
    const check = await auth.throttle.attempt('login', attempt, async () => {
      await runHooks(hooks.preLogin, { username, request }, 401)
      return auth.users.checkCandidate(candidate, password, shareOfAttempt(attempt))
    })
    if (check.ok) return { user: check.user, username }

    reportFailure(visit, username, check.user, check.reason)
    const known = check.user === null ? {} : { user: check.user }
    await runHooks(hooks.loginFailure, { username, ...known, request, reason: check.reason }, 401)
    throw new LoginFailedError()
  }

  function reportFailure(visit: Visit, username: string, user: User | null, reason: string): void {
    const identifierHash = hashIdentifier(username)
    auth.report('login_failed', { ...eventDetails(visit), identifierHash, userId: user?.id ?? null, reason })
  }

  return formEndpoint({
    auth,

    async show(visit, errors) {
      const { form } = visit
      return page({
        ...errors,
        username: shownText(form, 'username'),
        next: nextOf(visit),
        captcha: await captchaCheck.formHtml(visit),
        loggedInAs: form === null ? ((await visit.user())?.username ?? null) : null,
      })
    },

    async begin(visit) {
      await auth.throttle.requireRoom('login', visit.address, visit.device)
      await requireHashRoom(auth, visit)
    },

    serve: captchaCheck.serve,

    async submit(form, visit) {
      const { user, username } = await checkLogin(form, visit)
      const { session, cookies } = await completeLogin(auth, user, ['password'], visit, () =>
        runHooks(hooks.loginSuccess, { username, user, request: visit.request }, 401),
      )

      const goTo = nextOf(visit) ?? target
      const body = { message: 'logged in', redirectTo: goTo, expiresAt: session.expiresAt }
      return { goTo: target === null ? null : goTo, body, cookies }
    },
  })
}

function requireCredentials(form: Form): { username: string; password: string } {
  const username = readName(form, 'username')
  const password = readPassword(form, 'password')

  const missing = toFieldErrors({
    username: username.trim() === '' ? { code: 'usernameMissing' } : null,
    password: password === '' ? { code: 'passwordMissing' } : null,
  })
  if (missing.length > 0) throw new InvalidFormError(missing)
  return { username, password }
}

/** The form's own field wins: it is there when the page was posted from where its query had been cut. */
function nextOf({ request, form }: Visit): string | null {
  const field = form?.get('next')
  return typeof field === 'string' ? ownPath(field) : nextFromQuery(request.url)
}
