import { type Auth, defaultAuth } from '../auth.ts'
import { NotLoggedInError, type RequestError, type UnavailableError } from '../errors.ts'
import { addressPrefix } from '../http/client-address.ts'
import { isBrowser } from '../http/client-kind.ts'
import type { RequestHead } from '../http/fetch-handler.ts'
import { checkTarget, ownPath } from '../http/redirect-target.ts'
import { html, redirect, refusalProblem, withSecurityHeaders } from '../http/responses.ts'
import { withRefusalHeaders } from '../http/refusal-headers.ts'
import { createRefusalPage } from '../pages/refusal-page.ts'
import { refusalWords } from '../refusal-words.ts'
import type { Refusal } from './authenticate.ts'

/** Where a guard sends those it doesn't let through. */
export interface RefuseOptions {
  /** (default: the one of the environment, `defaultAuth()`) */
  readonly auth?: Auth
  /** Where a browser without a session goes (default: the `login` link of `createAuth`, or `/login/`). */
  readonly loginUrl?: string
}

/**
 * The answer to a request that a guard refuses: for a browser without a session a redirect to the login, else a page;
 * for a program `application/problem+json`.
 *
 * @param target - The path and query that the client asked for; `null`: unknown.
 * @param context - What the host passes beside the request.
 */
export type Refuse = (request: RequestHead, refusal: Refusal, target: string | null, context: unknown) => Response

/** @throws {ConfigError} When `loginUrl` is neither a path nor a URL. */
export function createRefuse({
  auth = defaultAuth(),
  loginUrl = auth.wiring.links.login ?? '/login/',
}: RefuseOptions): Refuse {
  const login = checkTarget('loginUrl', loginUrl)
  const page = createRefusalPage(auth.wiring.texts)

  function answer(request: RequestHead, error: RequestError | UnavailableError, target: string | null): Response {
    if (!isBrowser(request)) return refusalProblem(error, auth.wiring.texts)
    if (error instanceof NotLoggedInError) {
      return isForPart(request)
        ? refusePart(request, refusalProblem(error, auth.wiring.texts), login)
        : redirect(withNext(login, request, target))
    }
    const rendered = page(refusalWords(error, auth.wiring.texts).detail)
    return html(rendered.html, rendered.csp, error.status)
  }

  function report(request: RequestHead, { error, userId, requestId }: Refusal, context: unknown): void {
    const address = auth.clientAddress(request, context)
    const prefix = address && addressPrefix(address, 64)
    auth.report('refused', { reason: error.code, requestId, userId, actor: userId, addressPrefix: prefix })
  }

  return function refuse(request, refusal, target, context) {
    const { error } = refusal
    if (!(error instanceof NotLoggedInError)) report(request, refusal, context)
    return withSecurityHeaders(withRefusalHeaders(answer(request, error, target), error), auth.wiring.https)
  }
}

/** Whether a script asks, which follows a redirect and would put the login page into a part of its own. */
function isForPart({ headers }: RequestHead): boolean {
  return headers.get('hx-request') === 'true' || headers.get('x-requested-with') === 'XMLHttpRequest'
}

/** Has htmx send the whole page to the login, and come back to it. Other scripts see the status. */
function refusePart(request: RequestHead, response: Response, login: string): Response {
  const page = URL.parse(request.headers.get('hx-current-url') ?? '')
  response.headers.set('HX-Redirect', addNext(login, page === null ? null : ownPath(page.pathname + page.search)))
  return response
}

/** A write can't be repeated by a redirect, so only what was asked for by GET is come back to. */
function withNext(login: string, request: RequestHead, target: string | null): string {
  return addNext(login, target === null || request.method !== 'GET' ? null : ownPath(target))
}

function addNext(login: string, next: string | null): string {
  if (next === null) return login

  const [path = '', fragment] = login.split('#')
  const separator = path.includes('?') ? '&' : '?'
  const hash = fragment === undefined ? '' : `#${fragment}`
  return `${path}${separator}next=${encodeURIComponent(next)}${hash}`
}
