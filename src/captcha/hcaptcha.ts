import type { Captcha } from './captcha.ts'
import { type Provider, type ProviderOptions, siteVerify } from './site-verify.ts'

export interface HcaptchaOptions extends ProviderOptions {}

const sources = ['https://hcaptcha.com', 'https://*.hcaptcha.com']

const provider: Provider = {
  name: 'hCaptcha',
  verifyUrl: 'https://api.hcaptcha.com/siteverify',
  takesSiteKey: true,
  testKeys: [
    '10000000-ffff-ffff-ffff-000000000001',
    '20000000-ffff-ffff-ffff-000000000002',
    '30000000-ffff-ffff-ffff-000000000003',
    '0x0000000000000000000000000000000000000000',
  ],
}

/**
 * hCaptcha, of hcaptcha.com.
 *
 * @example
 * sessionLogin({ auth, captcha: hcaptcha({ siteKey, secret }) })
 *
 * @throws {ConfigError} When a key is missing or wrong.
 */
export function hcaptcha(options: HcaptchaOptions): Captcha {
  return {
    ...siteVerify(provider, options),
    formHtml: `<script src="https://js.hcaptcha.com/1/api.js" async defer></script>
<div class="h-captcha" data-sitekey="${options.siteKey}"></div>`,
    tokenField: 'h-captcha-response',
    csp: { 'script-src': sources, 'frame-src': sources, 'style-src': sources, 'connect-src': sources },
  }
}
