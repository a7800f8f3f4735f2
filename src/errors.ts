/** What is wrong with one field of a form. */
export interface FieldError {
  /** The field's name, as sent. */
  readonly field: string
  /** The sentence shown at the field. */
  readonly detail: string
}

/** The fields at fault, of what is said of each; `null` stands for nothing. */
export function toFieldErrors(details: Readonly<Record<string, string | null>>): FieldError[] {
  return Object.entries(details).flatMap(([field, detail]) => (detail === null ? [] : [{ field, detail }]))
}

/** Every error that latchkey throws on purpose. Match on `code` or `instanceof`, never on the message. */
export abstract class LatchkeyError extends Error {
  /** Stable and documented; starts with `ERR_LATCHKEY_`. */
  abstract readonly code: string

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
  /** When to try again, in seconds. */
  readonly retryAfter: number

  constructor(options: ErrorOptions & { retryAfter?: number } = {}) {
    super('The service is busy. Please try again in a moment.', options)
    this.retryAfter = options.retryAfter ?? 5
  }
}

/** The same, because a store threw what none should, which is the `cause`: the app is told, as of any mistake. */
export class StoreFailedError extends UnavailableError {}

/** A client is refused. The message is shown to it. */
export abstract class RequestError extends LatchkeyError {
  /** The HTTP status of the answer. */
  abstract readonly status: number
  /** The fields at fault; empty when it is none in particular. */
  readonly fields: readonly FieldError[] = []
}

/** The body can't be read, or one of its fields has the wrong type or length. */
export class MalformedBodyError extends RequestError {
  readonly code = 'ERR_LATCHKEY_MALFORMED_BODY'
  readonly status = 400
  override readonly fields: readonly FieldError[]

  /** @param field - The field at fault, when it is one. */
  constructor(message: string, field?: string) {
    super(message)
    this.fields = field === undefined ? [] : [{ field, detail: message }]
  }
}

/** The body doesn't arrive: no byte of it for ten seconds, or not all of it in thirty. */
export class RequestTooSlowError extends RequestError {
  readonly code = 'ERR_LATCHKEY_REQUEST_TOO_SLOW'
  readonly status = 408

  constructor() {
    super('The request took too long to arrive.')
  }
}

/** The body is larger than latchkey reads (16 KiB). */
export class BodyTooLargeError extends RequestError {
  readonly code = 'ERR_LATCHKEY_BODY_TOO_LARGE'
  readonly status = 413

  constructor() {
    super('The request body is too large.')
  }
}

/** The body is neither JSON nor a form. */
export class UnsupportedBodyError extends RequestError {
  readonly code = 'ERR_LATCHKEY_UNSUPPORTED_BODY'
  readonly status = 415

  constructor() {
    super('Send the body as application/json, application/x-www-form-urlencoded or multipart/form-data, in UTF-8.')
  }
}

/** Nothing answers at this path below an endpoint. */
export class NotFoundError extends RequestError {
  readonly code = 'ERR_LATCHKEY_NOT_FOUND'
  readonly status = 404

  constructor() {
    super('There is nothing at this address.')
  }
}

/** The method is none of those that an endpoint answers. */
export class MethodNotAllowedError extends RequestError {
  readonly code = 'ERR_LATCHKEY_METHOD_NOT_ALLOWED'
  readonly status = 405
  /** The value of the `Allow` header (RFC 9110, section 10.2.1). */
  readonly allow = 'GET, HEAD, POST'

  constructor() {
    super('This address answers GET, HEAD and POST.')
  }
}

/** A field is missing or unacceptable. */
export class InvalidFormError extends RequestError {
  readonly code = 'ERR_LATCHKEY_INVALID_FORM'
  readonly status = 422
  override readonly fields: readonly FieldError[]

  constructor(fields: readonly FieldError[]) {
    super(fields.map(({ detail }) => detail).join(' '))
    this.fields = fields
  }
}

/** The CAPTCHA isn't solved: its token is missing, wrong, too old or used. */
export class CaptchaFailedError extends RequestError {
  readonly code = 'ERR_LATCHKEY_CAPTCHA'
  readonly status = 422
  override readonly fields: readonly FieldError[]

  /** @param field - The field that carries the token. */
  constructor(message: string, field: string) {
    super(message)
    this.fields = [{ field, detail: message }]
  }
}

/** Unknown user, wrong password or inactive user: always the same sentence. */
export class LoginFailedError extends RequestError {
  readonly code = 'ERR_LATCHKEY_LOGIN_FAILED'
  readonly status = 401

  constructor() {
    super('The username or password is incorrect.')
  }
}

/** The request carries no live session. */
export class NotLoggedInError extends RequestError {
  readonly code = 'ERR_LATCHKEY_NOT_LOGGED_IN'
  readonly status = 401

  constructor() {
    super('Please log in first.')
  }
}

/** The user is logged in, but not an admin or superuser. */
export class ForbiddenError extends RequestError {
  readonly code = 'ERR_LATCHKEY_FORBIDDEN'
  readonly status = 403

  constructor() {
    super('You may not see this page.')
  }
}

/** A write that another site seems to have sent (CSRF). */
export class CrossSiteError extends RequestError {
  readonly code = 'ERR_LATCHKEY_CROSS_SITE'
  readonly status = 403

  constructor() {
    super('This request came from another site. Open the page here and try again.')
  }
}

/** The endpoint is shown, and takes no writes. */
export class ReadOnlyError extends RequestError {
  readonly code = 'ERR_LATCHKEY_READ_ONLY'
  readonly status = 403

  constructor() {
    super('This page is for looking at. Nothing can be changed here.')
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
    super('Too many tries. Please wait a while and try again.')
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
