import { ConfigError } from '../errors.ts'
import type { Captcha } from './captcha.ts'
import { type Provider, type ProviderOptions, siteVerify } from './site-verify.ts'

export interface TurnstileOptions extends ProviderOptions {
  /** What it is solved for, like `login`: a token of another action is refused (default: none, and any). */
  readonly action?: string
}

const source = 'https://challenges.cloudflare.com'

const provider: Provider = {
  name: 'Turnstile',
  verifyUrl: `${source}/turnstile/v0/siteverify`,
  testKeys: [
    '1x00000000000000000000AA',
    '2x00000000000000000000AB',
    '1x00000000000000000000BB',
    '2x00000000000000000000BB',
    '3x00000000000000000000FF',
    '1x0000000000000000000000000000000AA',
    '2x0000000000000000000000000000000AA',
    '3x0000000000000000000000000000000AA',
  ],
}

/**
 * Turnstile, of cloudflare.com.
 *
 * @example
 * sessionLogin({ auth, captcha: turnstile({ siteKey, secret, action: 'login' }) })
 *
 * @throws {ConfigError} When a key is missing or wrong.
 */
export function turnstile({ action, ...options }: TurnstileOptions): Captcha {
  if (action !== undefined && !/^[\w-]{1,32}$/.test(action)) {
    throw new ConfigError("Turnstile's action is up to 32 letters, digits, - and _.")
  }
  const attribute = action === undefined ? '' : ` data-action="${action}"`
  return {
    ...siteVerify(provider, options, action),
    formHtml: `<script src="${source}/turnstile/v0/api.js" async defer></script>
<div class="cf-turnstile" data-sitekey="${options.siteKey}"${attribute}></div>`,
    tokenField: 'cf-turnstile-response',
    csp: { 'script-src': [source], 'frame-src': [source] },
  }
}
