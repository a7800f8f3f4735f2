import { describe, expect, it } from 'vitest'
import {
  BodyTooLargeError,
  CaptchaFailedError,
  CrossSiteError,
  type ErrorCode,
  type FieldErrorCode,
  ForbiddenError,
  InvalidFormError,
  type LatchkeyError,
  LoginFailedError,
  MalformedBodyError,
  MethodNotAllowedError,
  NotFoundError,
  NotLoggedInError,
  ReadOnlyError,
  type RefusalCode,
  RefusedByHookError,
  type RequestError,
  RequestTooSlowError,
  TooManyTriesError,
  UnavailableError,
  UnsupportedBodyError,
  englishTexts,
  refusalWords,
} from '../src/index.ts'
import { germanTexts } from './walks/german-texts.ts'
import { namesOf, sentenceNames } from './walks/sentences.ts'

const refusals: Readonly<Record<RefusalCode | 'ERR_LATCHKEY_UNAVAILABLE', RequestError | UnavailableError>> = {
  ERR_LATCHKEY_BODY_TOO_LARGE: new BodyTooLargeError(16_384),
  ERR_LATCHKEY_CAPTCHA: new CaptchaFailedError('captchaFailed', 'captcha'),
  ERR_LATCHKEY_CROSS_SITE: new CrossSiteError(),
  ERR_LATCHKEY_FORBIDDEN: new ForbiddenError(),
  ERR_LATCHKEY_INVALID_FORM: new InvalidFormError([{ field: 'email', code: 'emailTaken' }]),
  ERR_LATCHKEY_LOGIN_FAILED: new LoginFailedError(),
  ERR_LATCHKEY_MALFORMED_BODY: new MalformedBodyError({ text: 'bodyNotJson' }),
  ERR_LATCHKEY_METHOD_NOT_ALLOWED: new MethodNotAllowedError(),
  ERR_LATCHKEY_NOT_FOUND: new NotFoundError(),
  ERR_LATCHKEY_NOT_LOGGED_IN: new NotLoggedInError(),
  ERR_LATCHKEY_READ_ONLY: new ReadOnlyError(),
  ERR_LATCHKEY_REFUSED_BY_HOOK: new RefusedByHookError('Sonntags geschlossen.'),
  ERR_LATCHKEY_REQUEST_TOO_SLOW: new RequestTooSlowError(),
  ERR_LATCHKEY_TOO_MANY_TRIES: new TooManyTriesError(61),
  ERR_LATCHKEY_UNAVAILABLE: new UnavailableError(),
  ERR_LATCHKEY_UNSUPPORTED_BODY: new UnsupportedBodyError(),
}
const ofLatchkey = Object.entries(refusals).filter(([code]) => code !== 'ERR_LATCHKEY_REFUSED_BY_HOOK')

/** Compiles as long as it names every code: behind them all there is none left. */
function whoActs(code: ErrorCode): 'the client' | 'the app' | 'the operator' {
  switch (code) {
    case 'ERR_LATCHKEY_BODY_TOO_LARGE':
    case 'ERR_LATCHKEY_CAPTCHA':
    case 'ERR_LATCHKEY_CROSS_SITE':
    case 'ERR_LATCHKEY_FORBIDDEN':
    case 'ERR_LATCHKEY_INVALID_FORM':
    case 'ERR_LATCHKEY_LOGIN_FAILED':
    case 'ERR_LATCHKEY_MALFORMED_BODY':
    case 'ERR_LATCHKEY_METHOD_NOT_ALLOWED':
    case 'ERR_LATCHKEY_NOT_FOUND':
    case 'ERR_LATCHKEY_NOT_LOGGED_IN':
    case 'ERR_LATCHKEY_READ_ONLY':
    case 'ERR_LATCHKEY_REFUSED_BY_HOOK':
    case 'ERR_LATCHKEY_REQUEST_TOO_SLOW':
    case 'ERR_LATCHKEY_TOO_MANY_TRIES':
    case 'ERR_LATCHKEY_UNSUPPORTED_BODY':
      return 'the client'
    case 'ERR_LATCHKEY_CONFIG':
      return 'the app'
    case 'ERR_LATCHKEY_UNAVAILABLE':
      return 'the operator'
  }
  return code satisfies never
}

export function forgetful(code: 'ERR_LATCHKEY_CONFIG' | 'ERR_LATCHKEY_UNAVAILABLE'): string {
  switch (code) {
    case 'ERR_LATCHKEY_CONFIG':
      return 'the app'
  }
  // @ts-expect-error One code isn't named, and the compiler says so.
  return code satisfies never
}

// @ts-expect-error There is no such code.
export const unknownCode: ErrorCode = 'ERR_LATCHKEY_NOPE'
// @ts-expect-error Nor is any text a field's.
export const unknownFault: FieldErrorCode = 'loginTitle'

describe('refusalWords', () => {
  it.each(Object.entries(refusals))('words %s, which carries its code', (code, error) => {
    const known: LatchkeyError['code'] = error.code

    expect(known).toBe(code)
    expect(whoActs(known)).toBe(code === 'ERR_LATCHKEY_UNAVAILABLE' ? 'the operator' : 'the client')
    expect(error.message).toMatch(/^[A-Z].*\.$/)
  })

  it.each(ofLatchkey)('words %s by a text, which the message is in English', (_code, error) => {
    expect(namesOf(germanTexts, refusalWords(error, germanTexts).detail)).toHaveLength(1)
    expect(refusalWords(error).detail).toBe(error.message)
  })

  it('keeps the sentence of an app’s own hook', () => {
    const error = new RefusedByHookError('Sonntags geschlossen.')

    expect(refusalWords(error, germanTexts)).toEqual({ detail: 'Sonntags geschlossen.', errors: [] })
  })

  it('names each field at fault, with its code and its sentence, and says all of them in one', () => {
    const error = new InvalidFormError([
      { field: 'email', code: 'emailTaken' },
      { field: 'password', code: 'passwordTooShort', values: { minimum: 8 } },
    ])

    expect(refusalWords(error, germanTexts)).toEqual({
      detail: 'Diese E-Mail-Adresse ist vergeben. Ein Passwort hat mindestens 8 Zeichen.',
      errors: [
        { field: 'email', code: 'emailTaken', detail: 'Diese E-Mail-Adresse ist vergeben.' },
        { field: 'password', code: 'passwordTooShort', detail: 'Ein Passwort hat mindestens 8 Zeichen.' },
      ],
    })
  })

  it('has an English sentence for each text that is said of a refusal', () => {
    expect(sentenceNames(germanTexts).toSorted()).toEqual(sentenceNames(englishTexts).toSorted())
  })
})
