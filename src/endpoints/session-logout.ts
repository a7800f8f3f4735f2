import { type Auth, defaultAuth } from '../auth.ts'
import { NotLoggedInError } from '../errors.ts'
import { asksForJson } from '../http/client-kind.ts'
import type { FetchHandler } from '../http/fetch-handler.ts'
import { checkTarget } from '../http/redirect-target.ts'
import { html, json, redirect } from '../http/responses.ts'
import { type LogoutPageContext, logoutPage } from '../pages/logout-page.ts'
import { type PageOptions, createPageRenderer } from '../pages/page-renderer.ts'
import { formEndpoint } from './form-endpoint.ts'
import { loggedInUser } from './logged-in-user.ts'
import { type Visit, eventDetails } from './visit.ts'

export interface SessionLogoutOptions extends PageOptions<LogoutPageContext> {
  /** What login, logout and the guards share (default: the one of the environment, `defaultAuth()`). */
  readonly auth?: Auth
  /** Where a logout leads: a path or a whole URL (default: `null`, a page that says so, or JSON for a program). */
  readonly redirectTo?: string | null
}

/**
 * A page that asks on GET; on POST ends the session in the database, then answers and clears the cookie.
 *
 * A session that is gone already is answered as success. Without any cookie a program gets 401, and a browser goes to
 * the `login` link of `createAuth`, or is told that it is logged out.
 *
 * @example
 * app.mount('/logout/', sessionLogout({ auth, redirectTo: '/' }))
 *
 * @throws {ConfigError} When an option is wrong, or a template is missing or broken.
 */
export function sessionLogout({
  auth = defaultAuth(),
  redirectTo = null,
  ...pageOptions
}: SessionLogoutOptions = {}): FetchHandler {
  const target = redirectTo === null ? null : checkTarget('redirectTo', redirectTo)
  const loginLink = auth.links.login ?? null
  const targets = [target, loginLink].filter((url) => url !== null)
  const page = createPageRenderer(logoutPage, pageOptions, auth, targets)

  async function loggedOutPage(): Promise<Response> {
    const rendered = await page({ error: null, fieldErrors: {}, loggedInAs: null, loggedOut: true })
    return html(rendered.html, rendered.csp)
  }

  async function answerWithoutCookie({ browser }: Visit): Promise<Response> {
    if (!browser) throw new NotLoggedInError()
    return loginLink === null ? loggedOutPage() : redirect(loginLink)
  }

  async function answerLoggedOut({ request, browser }: Visit): Promise<Response> {
    const isJson = asksForJson(request)
    if (target !== null && !isJson) return redirect(target)
    if (browser && !isJson) return loggedOutPage()
    return json({ message: auth.texts.loggedOut, redirectTo: target })
  }

  async function endSession(visit: Visit): Promise<void> {
    const ended = await auth.sessions.end(...auth.cookie.readAll(visit.request.headers))
    for (const { userId } of ended) auth.report('logout', { ...eventDetails(visit), userId, actor: userId })
  }

  return formEndpoint({
    auth,
    page,

    async values(visit) {
      // Not after a post that failed: a database that doesn't answer holds up for one time limit, not for two.
      const user = visit.request.method === 'POST' ? null : await loggedInUser(auth, visit)
      return { loggedInAs: user?.username ?? null, loggedOut: false }
    },

    needsForm: false,

    async submit(_form, visit) {
      if (!auth.cookie.isPresent(visit.request.headers)) return answerWithoutCookie(visit)

      await endSession(visit)
      const response = auth.cookie.clear(await answerLoggedOut(visit))
      // What handlers let the browser keep is for nobody else who sits there. Over http, browsers take no notice.
      if (auth.https) response.headers.set('Clear-Site-Data', '"cache"')
      return response
    },
  })
}
