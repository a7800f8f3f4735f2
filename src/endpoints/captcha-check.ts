import type { Auth } from '../auth.ts'
import { type CaptchaOption, type SettledCaptcha, settleCaptcha } from '../captcha/captcha.ts'
import { CaptchaFailedError, ConfigError, UnavailableError } from '../errors.ts'
import { type Form, textField } from '../http/form.ts'
import type { CspSources } from '../pages/content-security-policy.ts'
import { html, trustedHtml } from '../pages/html.ts'
import type { PageOptions } from '../pages/page-renderer.ts'
import { noThrottle } from '../throttle/throttle.ts'
import { type TimeLimit, within } from '../time-limit.ts'
import { type Visit, eventDetails } from './visit.ts'

/** What an endpoint does about its CAPTCHA, or about having none. */
export interface CaptchaCheck {
  /** The field of the form that carries the token; `null` when there is no CAPTCHA. */
  readonly tokenField: string | null
  /** What the widget needs of the page's Content-Security-Policy. */
  readonly csp: CspSources
  /** Answers a GET for one of the widget's own files; `null` for anything else. */
  readonly serve: (request: Request) => Promise<Response> | null
  /** The widget's HTML; empty where the app's template brings it; `null` where this visitor isn't asked. */
  formHtml(visit: Visit): Promise<string | null>
  /**
   * @throws {CaptchaFailedError} When the form's token is missing, wrong, too old or used.
   * @throws {UnavailableError} When that can't be told, and the try isn't let through all the same.
   */
  require(form: Form, visit: Visit): Promise<void>
}

/** What a CAPTCHA is asked for. */
export interface CaptchaUse {
  /** Where the CAPTCHA itself says nothing else. */
  readonly whenUnavailable: SettledCaptcha['whenUnavailable']
  readonly pageOptions: PageOptions<never>
}

const noCaptcha: CaptchaCheck = {
  tokenField: null,
  csp: {},
  serve: () => null,
  formHtml: async () => null,
  require: async () => undefined,
}

/** @throws {ConfigError} When it isn't a CAPTCHA, shows no widget, or lets programs through in production. */
export function createCaptchaCheck(auth: Auth, option: CaptchaOption | null, use: CaptchaUse): CaptchaCheck {
  if (option === null) return noCaptcha
  const captcha = settleCaptcha(option, use.whenUnavailable)
  checkUse(captcha, auth, use)
  const hostnames = auth.origins.map((origin) => new URL(origin).hostname)
  const widget = renderWidget(captcha, auth)

  async function isAsked(visit: Visit): Promise<boolean> {
    return captcha.when === 'always' || auth.throttle.isSuspicious(visit.visitor)
  }

  async function verify(token: string, visit: Visit): Promise<'solved' | 'unsolved' | 'unknown'> {
    const late = new AbortController()
    const details = { address: visit.clientAddress, hostnames, signal: late.signal }
    const timedOut = (): unknown => new DOMException('The CAPTCHA was not verified in time.', 'TimeoutError')
    const limit: TimeLimit = { ms: captcha.timeout * 1000, error: timedOut, giveUp: () => late.abort(timedOut()) }
    let answer: unknown
    try {
      answer = await within<unknown>(limit, Promise.resolve(captcha.verify(token, details)))
    } catch (error) {
      // Whatever it threw, it couldn't tell. The app hears of it, since its own mistake looks the same.
      auth.report('error', { ...eventDetails(visit), error })
      return 'unknown'
    }
    if (typeof answer !== 'boolean') throw new TypeError("A CAPTCHA's verify must answer true or false.")
    return answer ? 'solved' : 'unsolved'
  }

  return {
    tokenField: captcha.tokenField,
    csp: captcha.csp,
    serve: captcha.serve,
    formHtml: async (visit) => ((await isAsked(visit)) ? widget : null),

    async require(form, visit) {
      if (!(await isAsked(visit))) return
      const { tokenField, whenUnavailable } = captcha
      const token = textField(form, tokenField) ?? ''
      if (token === '') throw new CaptchaFailedError('captchaMissing', tokenField)

      const outcome = await verify(token, visit)
      if (outcome === 'unsolved') throw new CaptchaFailedError('captchaFailed', tokenField)
      const goesOn =
        outcome === 'solved' || (whenUnavailable === 'limit' && !(await auth.throttle.isSuspicious(visit.visitor)))
      if (!goesOn) throw new UnavailableError()
    },
  }
}

function checkUse({ formHtml, testOnly, when }: SettledCaptcha, auth: Auth, { pageOptions }: CaptchaUse): void {
  if (testOnly && auth.wiring.production) {
    throw new ConfigError('This CAPTCHA lets programs through, for tests: in production, give it real keys.')
  }
  if (when === 'suspicious' && auth.throttle === noThrottle) {
    throw new ConfigError(
      'A CAPTCHA that is asked for after failures needs the throttle, which counts them: set no limits: null.',
    )
  }
  if (formHtml === null && pageOptions.template === undefined && pageOptions.templatePath === undefined) {
    throw new ConfigError("The page shows no CAPTCHA: give its formHtml, or a template that has the provider's widget.")
  }
}

function renderWidget({ formHtml, worksWithoutScript }: SettledCaptcha, { wiring: { texts } }: Auth): string {
  if (formHtml === null || formHtml === '') return ''
  const note = worksWithoutScript ? null : html`<noscript><p>${texts.captchaNeedsScript}</p></noscript>`
  return html`<div class="captcha">${trustedHtml(formHtml)}${note}</div>`.toString()
}
