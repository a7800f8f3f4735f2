import type { Auth } from '../auth.ts'
import {
  LoginFailedError,
  MethodNotAllowedError,
  NotFoundError,
  NotLoggedInError,
  type RequestError,
  UnavailableError,
  isAnswer,
} from '../errors.ts'
import { requireSameSite } from '../guards/cross-site.ts'
import { type Form, readForm, readFormSoon } from '../http/form.ts'
import { asksForJson } from '../http/client-kind.ts'
import { requireSmallBody } from '../http/body.ts'
import type { FetchHandler } from '../http/fetch-handler.ts'
import { isRouted, requestedPath } from '../http/host-context.ts'
import { holdBack, takeTurn } from '../http/turns.ts'
import { networkOf } from '../throttle/attempt.ts'
import { html, json, problem, redirect, refusalProblem, withSecurityHeaders } from '../http/responses.ts'
import { withRefusalHeaders } from '../http/refusal-headers.ts'
import type { PageErrors } from '../pages/page.ts'
import type { RenderedPage } from '../pages/page-renderer.ts'
import { createRefusalPage } from '../pages/refusal-page.ts'
import { refusalWords } from '../refusal-words.ts'
import { say } from '../say.ts'
import { type Visit, createVisit, eventDetails } from './visit.ts'

/** What became of a form: where to go on, or what is shown or told instead. `formEndpoint` alone makes an answer of it. */
export interface Outcome {
  /** Where a browser goes on; `null`: it stays. */
  readonly goTo: string | null
  /** What a program is told that asks for JSON, and whoever stays where nothing is shown (default: as `goTo` and `show` say). */
  readonly body?: object
  /** What is shown to whoever stays: the next step, or that it is done. */
  readonly show?: () => Promise<RenderedPage>
  /** Values of `Set-Cookie` headers (default: none). */
  readonly cookies?: readonly string[]
  /** Further headers (default: none). */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * One endpoint's own part. Everything around it is the same for all, and written once, below. One of several steps shows
 * and takes one at a time, and its `show` and `submit` find out from the visit which.
 */
export interface FormEndpointOptions {
  readonly auth: Auth
  /** Renders the page, with what the visit's form held, where there is one. */
  readonly show: (visit: Visit, errors: PageErrors) => Promise<RenderedPage>
  /** Refuses a POST before its body is read. */
  readonly begin?: (visit: Visit) => Promise<void>
  /** Answers a GET for one of the page's own files; `null` for anything else. */
  readonly serve?: (request: Request) => Promise<Response> | null
  /** Whether `submit` needs the fields (default: true); where it doesn't, it waits for no body. */
  readonly needsForm?: boolean
  readonly submit: (form: Form, visit: Visit) => Promise<Outcome>
}

const noFields: Form = new Map()
const noErrors: PageErrors = { error: null, fieldErrors: {} }

/**
 * A page on GET, a form or JSON on POST, 405 otherwise; refusals as the page again for a browser, and as
 * `application/problem+json` (RFC 9457) for a program, with the same status.
 */
export function formEndpoint(options: FormEndpointOptions): FetchHandler {
  const { auth, show, begin, serve, needsForm = true, submit } = options
  const refusalPage = createRefusalPage(auth.wiring.texts)

  async function refuse(visit: Visit, error: RequestError | UnavailableError): Promise<Response> {
    const isRead = needsForm || visit.browser || visit.request.method !== 'POST'
    const fields = isRead ? visit.form : await readFormSoon(visit.request)
    if (!visit.browser && fields?.get('format') !== 'html') return refusalProblem(error, auth.wiring.texts)
    return toResponse(await show(visit, errorsOf(error, auth)), error.status)
  }

  function fail(visit: Visit, error: unknown): Response {
    auth.report('error', { ...eventDetails(visit), error })
    const { requestId } = visit
    const detail = say(auth.wiring.texts, 'unexpected', { requestId })
    if (!visit.browser) return problem({ status: 500, code: 'ERR_LATCHKEY_UNEXPECTED', detail, requestId })
    return toResponse(refusalPage(detail), 500)
  }

  /** Late, and without a page: what comes in such masses must cost as little as can be. */
  async function turnAway(visit: Visit): Promise<Response> {
    await holdBack()
    const error = new UnavailableError({ retryAfter: 2 })
    auth.report('refused', { ...eventDetails(visit), reason: error.code })
    return withRefusalHeaders(refusalProblem(error, auth.wiring.texts), error)
  }

  async function post(visit: Visit): Promise<Response> {
    requireSameSite(visit.request, auth.origins)
    requireSmallBody(visit.request)
    await begin?.(visit).catch(holdBackAndThrow)
    const form = needsForm ? await readForm(visit.request) : noFields
    visit.form = form
    return end(visit, await submit(form, visit))
  }

  async function answer(visit: Visit): Promise<Response> {
    try {
      requireOwnPath(visit)
      if (visit.request.method === 'POST') return await post(visit)
      if (visit.request.method === 'GET' || visit.request.method === 'HEAD') {
        return (await serve?.(visit.request)) ?? toResponse(await show(visit, noErrors))
      }
      throw new MethodNotAllowedError()
    } catch (error) {
      if (!isAnswer(error)) throw error
      visit.reportMistake(error)
      if (!isToldElsewhere(error)) auth.report('refused', { ...eventDetails(visit), reason: error.code })
      return withRefusalHeaders(await refuse(visit, error), error)
    }
  }

  return async function endpoint(request, context) {
    const visit = createVisit(auth, request, context)
    const hasTurn = await takeTurn(networkOf(visit))
    const response = hasTurn ? await answer(visit).catch((error: unknown) => fail(visit, error)) : await turnAway(visit)
    const secured = withSecurityHeaders(response, auth.wiring.https)
    return request.method === 'HEAD' ? new Response(null, secured) : secured
  }
}

async function end(visit: Visit, outcome: Outcome): Promise<Response> {
  const { cookies = [], headers = {} } = outcome
  const response = await choose(visit, outcome)
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie)
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

async function choose({ request }: Visit, { goTo, body, show }: Outcome): Promise<Response> {
  if (body !== undefined && asksForJson(request)) return json(body)
  if (goTo !== null) return redirect(goTo)
  return show === undefined ? json(body) : toResponse(await show())
}

function toResponse({ html: content, csp }: RenderedPage, status = 200): Response {
  return html(content, csp, status)
}

/** A failed login has an event of its own, and nobody needs to hear of a visitor without a session. */
function isToldElsewhere(error: Error): boolean {
  return error instanceof LoginFailedError || error instanceof NotLoggedInError
}

async function holdBackAndThrow(error: unknown): Promise<never> {
  await holdBack()
  throw error
}

/** Where a mount has cut its prefix, anything that no route has matched names something below the endpoint: there is nothing. */
function requireOwnPath({ request, context }: Visit): void {
  const requested = requestedPath(context)
  if (requested === null || isRouted(context)) return
  const seen = URL.parse(request.url)
  const asked = new URL(`http://host.invalid${requested}`)
  const isCut = seen !== null && seen.pathname + seen.search !== asked.pathname + asked.search
  if (isCut && seen.pathname !== '/') throw new NotFoundError()
}

function errorsOf(error: RequestError | UnavailableError, { wiring: { texts } }: Auth): PageErrors {
  const { detail, errors } = refusalWords(error, texts)
  if (errors.length === 0) return { error: detail, fieldErrors: {} }
  return { error: null, fieldErrors: Object.fromEntries(errors.map((each) => [each.field, each.detail])) }
}
