import { ConfigError } from '../errors.ts'
import type { CspSources } from '../pages/content-security-policy.ts'

/** What is known of a try, beside its token. */
export interface CaptchaDetails {
  /** The client's address; `null` when it isn't known. */
  readonly address: string | null
  /** The hosts of the app's `origin`, on one of which the CAPTCHA was solved; empty when no origin is set. */
  readonly hostnames: readonly string[]
  /** Aborts when the time is up. The answer isn't waited for any longer, whether it is heeded or not. */
  readonly signal: AbortSignal
}

/**
 * Whether this token is of a CAPTCHA that has just been solved, here, for the first time. Throws when it can't tell.
 */
export type VerifyCaptcha = (token: string, details: CaptchaDetails) => boolean | Promise<boolean>

/**
 * Tells people from programs. latchkey's own are `hcaptcha()`, `recaptcha()`, `turnstile()` and `altcha()`; any object
 * with a `verify` is one.
 *
 * @example
 * const captcha: Captcha = { ...turnstile({ siteKey, secret }), when: 'suspicious' }
 */
export interface Captcha {
  readonly verify: VerifyCaptcha
  /**
   * The widget's HTML, put into the form as it is: nothing of a request belongs into it. Without it, the app's own
   * template brings the widget.
   */
  readonly formHtml?: string
  /** The field of the form that carries the token (default: `captcha`). */
  readonly tokenField?: string
  /** What the widget needs of the page's Content-Security-Policy, by directive (default: nothing). */
  readonly csp?: CspSources
  /** Whether the widget does without JavaScript; otherwise the page says that it needs it (default: `false`). */
  readonly worksWithoutScript?: boolean
  /** Asked always, or only after three failed tries of the same name or address (default: `'always'`). */
  readonly when?: 'always' | 'suspicious'
  /**
   * When it can't be told whether a token is right: `'refuse'` answers 503; `'limit'` goes on without the CAPTCHA, but
   * answers 503 where the name or the address has failed three times (default: `'limit'` for login, else `'refuse'`).
   */
  readonly whenUnavailable?: 'refuse' | 'limit'
  /** How long `verify` may take, in seconds (default: five). */
  readonly timeout?: number
  /** Whether it lets programs through, for tests. Refused in production. */
  readonly testOnly?: boolean
  /** Answers a GET for one of the widget's own files at the page's address; `null` for anything else. */
  readonly serve?: (request: Request) => Promise<Response> | null
}

/** A CAPTCHA, or its `verify` alone. */
export type CaptchaOption = Captcha | VerifyCaptcha

/** A CAPTCHA whose every member is settled. */
export interface SettledCaptcha extends Required<Omit<Captcha, 'formHtml' | 'serve'>> {
  /** `null` where the app's own template brings the widget. */
  readonly formHtml: string | null
  readonly serve: NonNullable<Captcha['serve']>
}

/**
 * Fills in what isn't set, and calls `verify` as a method of what it belongs to.
 *
 * @throws {ConfigError} When it isn't a CAPTCHA: none is ever left out in silence.
 */
export function settleCaptcha(
  option: CaptchaOption,
  whenUnavailable: SettledCaptcha['whenUnavailable'],
): SettledCaptcha {
  const captcha = toCaptcha(option)
  const settled: SettledCaptcha = {
    verify: (token, details) => captcha.verify(token, details),
    formHtml: captcha.formHtml ?? null,
    tokenField: captcha.tokenField ?? 'captcha',
    csp: captcha.csp ?? {},
    worksWithoutScript: captcha.worksWithoutScript ?? false,
    when: captcha.when ?? 'always',
    whenUnavailable: captcha.whenUnavailable ?? whenUnavailable,
    timeout: captcha.timeout ?? 5,
    testOnly: captcha.testOnly ?? false,
    serve: (request) => captcha.serve?.(request) ?? null,
  }
  checkMembers(settled)
  return settled
}

function toCaptcha(option: unknown): Captcha {
  const verify: unknown = isObject(option) ? option['verify'] : option
  if (typeof verify !== 'function' || isClass(verify)) {
    throw new ConfigError('captcha takes a CAPTCHA like turnstile({ … }), an object with verify, or a function.')
  }
  // The members are checked one by one when they are settled.
  return isObject(option) ? (option as unknown as Captcha) : { verify: verify as VerifyCaptcha }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

// A class is a function, too, but throws when it is called: that would look like a provider that is down.
function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value))
}

function checkMembers({ formHtml, tokenField, when, whenUnavailable, timeout }: SettledCaptcha): void {
  if (formHtml !== null && typeof formHtml !== 'string') throw new ConfigError("A CAPTCHA's formHtml is a string.")
  if (typeof tokenField !== 'string' || !/^[\w-]{1,64}$/.test(tokenField)) {
    throw new ConfigError("A CAPTCHA's tokenField is a field's name, of letters, digits, - and _.")
  }
  if (when !== 'always' && when !== 'suspicious') {
    throw new ConfigError('A CAPTCHA\'s when is "always" or "suspicious".')
  }
  if (whenUnavailable !== 'refuse' && whenUnavailable !== 'limit') {
    throw new ConfigError('A CAPTCHA\'s whenUnavailable is "refuse" or "limit".')
  }
  if (!(timeout > 0 && timeout <= 30)) {
    throw new ConfigError("A CAPTCHA's timeout is a number of seconds up to 30.")
  }
}
