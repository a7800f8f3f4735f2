import { type Auth, defaultAuth } from '../auth.ts'
import { NotLoggedInError } from '../errors.ts'
import type { FetchHandler } from '../http/fetch-handler.ts'
import { checkTarget } from '../http/redirect-target.ts'
import { type LogoutPageContext, logoutPage } from '../pages/logout-page.ts'
import { type PageOptions, type RenderedPage, createPageRenderer } from '../pages/page-renderer.ts'
import { type Outcome, formEndpoint } from './form-endpoint.ts'
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
  const loginLink = auth.wiring.links.login ?? null
  const targets = [target, loginLink].filter((url) => url !== null)
  const page = createPageRenderer(logoutPage, pageOptions, auth.wiring, targets)

  async function showLoggedOut(): Promise<RenderedPage> {
    return page({ error: null, fieldErrors: {}, loggedInAs: null, loggedOut: true })
  }

  function withoutCookie({ browser }: Visit): Outcome {
    if (!browser) throw new NotLoggedInError()
    return { goTo: loginLink, show: showLoggedOut }
  }

  async function endSession(visit: Visit): Promise<void> {
    const ended = await auth.sessions.end(...auth.cookie.readAll(visit.request.headers))
    for (const { userId } of ended) auth.report('logout', { ...eventDetails(visit), userId, actor: userId })
  }

  return formEndpoint({
    auth,

    async show(visit, errors) {
      // Not after a post that failed: a database that doesn't answer holds up for one time limit, not for two.
      const user = visit.request.method === 'POST' ? null : await visit.user()
      return page({ ...errors, loggedInAs: user?.username ?? null, loggedOut: false })
    },

    needsForm: false,

    async submit(_form, visit) {
      if (!auth.cookie.isPresent(visit.request.headers)) return withoutCookie(visit)

      await endSession(visit)
      return {
        goTo: target,
        body: { message: auth.wiring.texts.loggedOut, redirectTo: target },
        ...(visit.browser && { show: showLoggedOut }),
        cookies: [auth.cookie.serialize(null)],
        // What handlers let the browser keep is for nobody else who sits there. Over http, browsers take no notice.
        ...(auth.wiring.https && { headers: { 'Clear-Site-Data': '"cache"' } }),
      }
    },
  })
}
