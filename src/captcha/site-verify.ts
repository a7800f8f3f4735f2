import { ConfigError } from '../errors.ts'
import type { Captcha, CaptchaDetails } from './captcha.ts'

/** What the providers that verify over the network have in common. */
export interface ProviderOptions {
  /** The site's public key, which is in the page. */
  readonly siteKey: string
  /** The site's secret key. */
  readonly secret: string
  /** The hosts on which it may be solved (default: those of the `origin` of `createAuth`; without one, any). */
  readonly hostnames?: readonly string[]
  /** Where tokens are verified (default: the provider's address). */
  readonly verifyUrl?: string
}

/** A provider's answer, of which the three that there are agree. */
interface VerifyAnswer {
  readonly success: boolean
  readonly hostname?: unknown
  readonly action?: unknown
  readonly 'error-codes'?: unknown
}

/** What differs between providers. */
export interface Provider {
  readonly name: string
  readonly verifyUrl: string
  /** The keys that let everybody through, for tests. */
  readonly testKeys: readonly string[]
  /** Whether it takes the site key, too, and refuses the tokens of another. */
  readonly takesSiteKey?: boolean
}

// Longer than any provider's, and the characters of every one of them, base64 in all its forms. An odd token must not look
// like an outage, and what stands in front of a provider may answer an attack with a page of its own.
const tokenPattern = /^(?!.*\.\.)[\w.~:+/=-]{1,8192}$/

// The codes that no token can bring about, not even one of another site or of the provider's tests. An outage that a
// client could choose would be a way around the CAPTCHA.
const outageCodes = ['missing-input-secret', 'invalid-input-secret', 'internal-error']

/**
 * The server's half of a CAPTCHA: asks the provider's `siteverify` about each token. Throws when it can't tell: no
 * answer, not the documented one, or a wrong secret.
 *
 * @param action - What the widget was told that it is for, where the provider answers it.
 * @throws {ConfigError} When a key is missing, or a site key can't stand in a page.
 */
export function siteVerify(
  provider: Provider,
  options: ProviderOptions,
  action?: string,
): Required<Pick<Captcha, 'verify' | 'testOnly'>> {
  checkOptions(provider, options)
  const testOnly = provider.testKeys.some((key) => key === options.siteKey || key === options.secret)

  async function verify(token: string, details: CaptchaDetails): Promise<boolean> {
    if (!tokenPattern.test(token)) return false
    const answer = await ask(provider, options, token, details)
    if (!answer.success) return refuse(provider, answer)

    // With test keys a provider names a host of its own.
    const hostnames = options.hostnames ?? (testOnly ? [] : details.hostnames)
    if (hostnames.length > 0 && !hostnames.some((hostname) => hostname === answer.hostname)) return false
    return action === undefined || answer.action === action
  }
  return { verify, testOnly }
}

async function ask(
  { name, verifyUrl, takesSiteKey = false }: Provider,
  options: ProviderOptions,
  token: string,
  { address, signal }: CaptchaDetails,
): Promise<VerifyAnswer> {
  const sitekey = takesSiteKey ? { sitekey: options.siteKey } : {}
  const remoteip = address === null ? {} : { remoteip: address }
  const response = await fetch(options.verifyUrl ?? verifyUrl, {
    method: 'POST',
    body: new URLSearchParams({ secret: options.secret, response: token, ...sitekey, ...remoteip }),
    headers: { accept: 'application/json' },
    // The secret is in the body: it goes nowhere else.
    redirect: 'error',
    signal,
  })
  const answer = response.status < 500 ? parse(await response.text()) : null
  if (answer === null) throw new Error(`${name} gave no answer that can be read (status ${response.status}).`)
  return answer
}

function parse(text: string): VerifyAnswer | null {
  try {
    const answer: unknown = JSON.parse(text)
    return isAnswer(answer) ? answer : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isAnswer(value: unknown): value is VerifyAnswer {
  return typeof value === 'object' && value !== null && 'success' in value && typeof value.success === 'boolean'
}

function refuse({ name }: Provider, { 'error-codes': codes }: VerifyAnswer): false {
  const outage = outageCodes.find((code) => Array.isArray(codes) && codes.includes(code))
  if (outage === undefined) return false
  throw new Error(`${name} can't verify tokens: ${outage}.`)
}

function checkOptions({ name }: Provider, { siteKey, secret, hostnames = [], verifyUrl }: ProviderOptions): void {
  if (typeof siteKey !== 'string' || !/^[\w-]+$/.test(siteKey)) {
    throw new ConfigError(`${name} needs a siteKey, of letters, digits, - and _.`)
  }
  if (typeof secret !== 'string' || secret === '') throw new ConfigError(`${name} needs a secret.`)
  if (!Array.isArray(hostnames) || !hostnames.every((hostname) => typeof hostname === 'string')) {
    throw new ConfigError(`${name}'s hostnames are a list, like ["app.example"].`)
  }
  if (verifyUrl !== undefined && !/^https?:$/.test(URL.parse(verifyUrl)?.protocol ?? '')) {
    throw new ConfigError(`${name}'s verifyUrl must be a whole URL.`)
  }
}
