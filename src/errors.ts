import { englishTexts } from './english-texts.ts'
import { say } from './say.ts'
import type { FieldTexts, RefusalTexts, TextValues } from './texts.ts'

/** The `code` of a refused client's error. */
export type RefusalCode =
  | 'ERR_LATCHKEY_BODY_TOO_LARGE'
  | 'ERR_LATCHKEY_CAPTCHA'
  | 'ERR_LATCHKEY_CROSS_SITE'
  | 'ERR_LATCHKEY_FORBIDDEN'
  | 'ERR_LATCHKEY_INVALID_FORM'
  | 'ERR_LATCHKEY_LOGIN_FAILED'
  | 'ERR_LATCHKEY_MALFORMED_BODY'
  | 'ERR_LATCHKEY_METHOD_NOT_ALLOWED'
  | 'ERR_LATCHKEY_NOT_FOUND'
  | 'ERR_LATCHKEY_NOT_LOGGED_IN'
  | 'ERR_LATCHKEY_READ_ONLY'
  | 'ERR_LATCHKEY_REFUSED_BY_HOOK'
  | 'ERR_LATCHKEY_REQUEST_TOO_SLOW'
  | 'ERR_LATCHKEY_TOO_MANY_TRIES'
  | 'ERR_LATCHKEY_UNSUPPORTED_BODY'

/** The `code` of any error that latchkey throws on purpose. */
export type ErrorCode = RefusalCode | 'ERR_LATCHKEY_CONFIG' | 'ERR_LATCHKEY_UNAVAILABLE'

/** What can be wrong with a field, each by the name of the text that says so. */
export type FieldErrorCode = keyof FieldTexts

/** What is wrong with something that was typed. */
export interface Fault {
  readonly code: FieldErrorCode
  /** What is put into its text (default: nothing). */
  readonly values?: TextValues
}

/** What is wrong with one field of a form. `refusalWords()` puts it into words. */
export interface FieldError extends Fault {
  /** The field's name, as sent. */
  readonly field: string
}

/** What is said of a whole request, by the name of its text. */
export interface Wording {
  readonly text: keyof RefusalTexts
  /** What is put into it (default: nothing). */
  readonly values?: TextValues
}

/** The fields at fault, of what is wrong with each; `null` stands for nothing. */
export function toFieldErrors(faults: Readonly<Record<string, Fault | null>>): FieldError[] {
  return Object.entries(faults).flatMap(([field, fault]) => (fault === null ? [] : [{ field, ...fault }]))
}

/** For logs, and for apps that catch the error: a client is told in the app's texts. */
function inEnglish(said: Wording | readonly FieldError[]): string {
  if ('text' in said) return say(englishTexts, said.text, said.values)
  return said.map(({ code, values }) => say(englishTexts, code, values)).join(' ')
}

/** Every error that latchkey throws on purpose. Match on `code` or `instanceof`, never on the message. */
export abstract class LatchkeyError extends Error {
  /** Stable and documented; starts with `ERR_LATCHKEY_`. */
  abstract readonly code: ErrorCode

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** The app is set up wrongly. Thrown at creation; the message names the cure. */
export class ConfigError extends LatchkeyError {
  readonly code = 'ERR_LATCHKEY_CONFIG'
}

/** The database or the hash queue can't serve now. Answered with 503, never with 401. */
export class UnavailableError extends LatchkeyError {
  readonly code = 'ERR_LATCHKEY_UNAVAILABLE'
  readonly status = 503
  readonly wording: Wording = { text: 'unavailable' }
  /** When to try again, in seconds. */
  readonly retryAfter: number

  constructor(options: ErrorOptions & { retryAfter?: number } = {}) {
    super(inEnglish({ text: 'unavailable' }), options)
    this.retryAfter = options.retryAfter ?? 5
  }
}

/** The same, because a store threw what none should, which is the `cause`: the app is told, as of any mistake. */
export class StoreFailedError extends UnavailableError {}

/** A client is refused. The message is English; `refusalWords()` says it in the app's texts. */
export abstract class RequestError extends LatchkeyError {
  abstract override readonly code: RefusalCode
  /** The HTTP status of the answer. */
  abstract readonly status: number
  /** What is said of the whole request; `null` when the fields say it, or the app itself. */
  readonly wording: Wording | null
  /** The fields at fault; empty when it is none in particular. */
  readonly fields: readonly FieldError[]

  /** @param said - Of the whole request, of its fields, or a sentence of the app's own. */
  constructor(said: Wording | readonly FieldError[] | string) {
    super(typeof said === 'string' ? said : inEnglish(said))
    this.wording = typeof said === 'object' && 'text' in said ? said : null
    this.fields = typeof said === 'object' && !('text' in said) ? said : []
  }
}

/** The body can't be read, or one of its fields has the wrong type or length. */
export class MalformedBodyError extends RequestError {
  readonly code = 'ERR_LATCHKEY_MALFORMED_BODY'
  readonly status = 400

  /** @param fault - Of the body, or of the field at fault. */
  constructor(fault: Wording | FieldError) {
    super('text' in fault ? fault : [fault])
  }
}

/** The body doesn't arrive: no byte of it for ten seconds, or not all of it in thirty. */
export class RequestTooSlowError extends RequestError {
  readonly code = 'ERR_LATCHKEY_REQUEST_TOO_SLOW'
  readonly status = 408

  constructor() {
    super({ text: 'requestTooSlow' })
  }
}

/** The body is larger than latchkey reads. */
export class BodyTooLargeError extends RequestError {
  readonly code = 'ERR_LATCHKEY_BODY_TOO_LARGE'
  readonly status = 413

  /** @param maximum - The most bytes that are read. */
  constructor(maximum: number) {
    super({ text: 'bodyTooLarge', values: { maximum: maximum / 1024 } })
  }
}

/** The body is neither JSON nor a form. */
export class UnsupportedBodyError extends RequestError {
  readonly code = 'ERR_LATCHKEY_UNSUPPORTED_BODY'
  readonly status = 415

  constructor() {
    super({ text: 'unsupportedBody' })
  }
}

/** Nothing answers at this path below an endpoint. */
export class NotFoundError extends RequestError {
  readonly code = 'ERR_LATCHKEY_NOT_FOUND'
  readonly status = 404

  constructor() {
    super({ text: 'notFound' })
  }
}

/** The method is none of those that an endpoint answers. */
export class MethodNotAllowedError extends RequestError {
  readonly code = 'ERR_LATCHKEY_METHOD_NOT_ALLOWED'
  readonly status = 405
  /** The value of the `Allow` header (RFC 9110, section 10.2.1). */
  readonly allow = 'GET, HEAD, POST'

  constructor() {
    super({ text: 'methodNotAllowed' })
  }
}

/** A field is missing or unacceptable. */
export class InvalidFormError extends RequestError {
  readonly code = 'ERR_LATCHKEY_INVALID_FORM'
  readonly status = 422

  constructor(fields: readonly FieldError[]) {
    super([...fields])
  }
}

/** The CAPTCHA isn't solved: its token is missing, wrong, too old or used. */
export class CaptchaFailedError extends RequestError {
  readonly code = 'ERR_LATCHKEY_CAPTCHA'
  readonly status = 422

  /** @param field - The field that carries the token. */
  constructor(code: 'captchaMissing' | 'captchaFailed', field: string) {
    super([{ field, code }])
  }
}

/** Unknown user, wrong password or inactive user: always the same sentence. */
export class LoginFailedError extends RequestError {
  readonly code = 'ERR_LATCHKEY_LOGIN_FAILED'
  readonly status = 401

  constructor() {
    super({ text: 'loginFailed' })
  }
}

/** The request carries no live session. */
export class NotLoggedInError extends RequestError {
  readonly code = 'ERR_LATCHKEY_NOT_LOGGED_IN'
  readonly status = 401

  constructor() {
    super({ text: 'notLoggedIn' })
  }
}

/** The user is logged in, but not an admin or superuser. */
export class ForbiddenError extends RequestError {
  readonly code = 'ERR_LATCHKEY_FORBIDDEN'
  readonly status = 403

  constructor() {
    super({ text: 'forbidden' })
  }
}

/** A write that another site seems to have sent (CSRF). */
export class CrossSiteError extends RequestError {
  readonly code = 'ERR_LATCHKEY_CROSS_SITE'
  readonly status = 403

  constructor() {
    super({ text: 'crossSite' })
  }
}

/** The endpoint is shown, and takes no writes. */
export class ReadOnlyError extends RequestError {
  readonly code = 'ERR_LATCHKEY_READ_ONLY'
  readonly status = 403

  constructor() {
    super({ text: 'readOnly' })
  }
}

/** One of the app's hooks refused the login or the new user, with a sentence of its own. */
export class RefusedByHookError extends RequestError {
  readonly code = 'ERR_LATCHKEY_REFUSED_BY_HOOK'
  /** 401 at a login, 422 at a registration. */
  readonly status: 401 | 422

  constructor(message: string, status: 401 | 422 = 401) {
    super(message)
    this.status = status
  }
}

/** Too many tries from this address or for this user. */
export class TooManyTriesError extends RequestError {
  readonly code = 'ERR_LATCHKEY_TOO_MANY_TRIES'
  readonly status = 429
  /** When to try again, in seconds, rounded up; at most 900 but for `rateLimit()`. */
  readonly retryAfter: number

  constructor(retryAfter: number) {
    super({ text: 'tooManyTries', values: { minutes: Math.ceil(retryAfter / 60) } })
    this.retryAfter = retryAfter
  }
}

/** Whether an error is one that a client is answered with: a refusal, or that nobody can be served now. */
export function isAnswer(error: unknown): error is RequestError | UnavailableError {
  return error instanceof RequestError || error instanceof UnavailableError
}

/** Whether an error is one that the app must hear of, whatever the client is answered. */
export function isMistake(error: unknown): boolean {
  return error instanceof StoreFailedError || !isAnswer(error)
}
