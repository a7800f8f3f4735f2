import type { Captcha } from '../captcha/captcha.ts'

/** A CAPTCHA for tests, and what it was asked. */
export interface FakeCaptcha extends Captcha {
  /** Each token that was verified, the latest last. */
  readonly tokens: readonly string[]
}

/**
 * A CAPTCHA that anyone can solve: its token is `person`. With the token `unavailable` it can't tell; any other is
 * refused. In the page it is a checkbox. Refused in production.
 *
 * @example
 * const login = sessionLogin({ auth, captcha: fakeCaptcha() })
 * await login(post({ username, password, captcha: 'person' }))
 */
export function fakeCaptcha(): FakeCaptcha {
  const tokens: string[] = []
  return {
    tokens,
    formHtml: '<label><input type="checkbox" name="captcha" value="person" required> I am a person</label>',
    tokenField: 'captcha',
    worksWithoutScript: true,
    testOnly: true,

    verify(token) {
      tokens.push(token)
      if (token === 'unavailable') throw new Error('The fake CAPTCHA is out of order.')
      return token === 'person'
    },
  }
}
