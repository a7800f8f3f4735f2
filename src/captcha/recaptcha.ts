import type { Captcha } from './captcha.ts'
import { type Provider, type ProviderOptions, siteVerify } from './site-verify.ts'

export interface RecaptchaOptions extends ProviderOptions {}

const provider: Provider = {
  name: 'reCAPTCHA',
  verifyUrl: 'https://www.google.com/recaptcha/api/siteverify',
  testKeys: ['6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI', '6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe'],
}

/**
 * reCAPTCHA v2 (the checkbox), of google.com.
 *
 * @example
 * sessionLogin({ auth, captcha: recaptcha({ siteKey, secret }) })
 *
 * @throws {ConfigError} When a key is missing or wrong.
 */
export function recaptcha(options: RecaptchaOptions): Captcha {
  return {
    ...siteVerify(provider, options),
    formHtml: `<script src="https://www.google.com/recaptcha/api.js" async defer></script>
<div class="g-recaptcha" data-sitekey="${options.siteKey}"></div>`,
    tokenField: 'g-recaptcha-response',
    csp: {
      'script-src': ['https://www.google.com/recaptcha/', 'https://www.gstatic.com/recaptcha/'],
      'frame-src': ['https://www.google.com/recaptcha/', 'https://recaptcha.google.com/recaptcha/'],
    },
  }
}
