import { minutes } from '../duration.ts'
import { ConfigError } from '../errors.ts'
import { readWidgetFiles, type WidgetFiles } from './altcha-files.ts'
import { parsePayload } from './altcha-payload.ts'
import type { Captcha } from './captcha.ts'
import { createClaims } from './claims.ts'

export interface AltchaOptions {
  /** Signs the challenges: at least 32 random characters, the same in every process, and for nothing else. */
  readonly hmacKey: string
  /** The work of one guess, in rounds of PBKDF2; 256 guesses are needed on average (default: 5,000). */
  readonly cost?: number
  /** How long a challenge can be solved and sent, in seconds (default: 20 minutes). */
  readonly expiry?: number
  /** The language of the widget's labels: the name of one of its files, like `de` or `fr-fr` (default: `en`). */
  readonly language?: string
  /**
   * Takes a solution: `true` for exactly one caller (default: in this process's memory). For several processes, one
   * that they share.
   */
  readonly claim?: (id: string, expiresAt: Date) => boolean | Promise<boolean>
}

const algorithm = 'PBKDF2/SHA-256'

/** Of 32 random ones, fewer are different once in a billion keys: such a key was typed, for a test. */
const leastCharacters = 8

/**
 * ALTCHA: the browser proves some work, and nobody else is asked. Needs the packages `altcha` and `altcha-lib`. The
 * endpoint serves the widget's files itself, below its own address.
 *
 * @example
 * sessionLogin({ auth, captcha: altcha({ hmacKey }) })
 *
 * @throws {ConfigError} When an option is wrong, or a package isn't there.
 */
export function altcha(options: AltchaOptions): Captcha {
  const { hmacKey, cost = 5_000, expiry = minutes(20), language = 'en', claim = createClaims(expiry) } = options
  checkOptions({ hmacKey, cost, expiry })
  const widget = readWidgetFiles(language)

  async function createChallenge(): Promise<Response> {
    const [lib, { deriveKey }] = await loadLibrary()
    const expiresAt = new Date(Date.now() + expiry * 1000)
    const challenge = await lib.createChallenge({ algorithm, cost, deriveKey, expiresAt, hmacSignatureSecret: hmacKey })
    return Response.json(challenge)
  }

  async function verify(token: string): Promise<boolean> {
    const payload = parsePayload(token)
    if (payload === null) return false
    const [lib, { deriveKey }] = await loadLibrary()
    // Member by member: whatever else the client has put in would be an option, and the client's to choose.
    const { challenge, solution } = payload
    const { verified } = await lib.verifySolution({ challenge, solution, deriveKey, hmacSignatureSecret: hmacKey })
    const { nonce, expiresAt } = challenge.parameters
    return verified && (await claim(nonce, new Date(expiresAt * 1000)))
  }

  return {
    verify,
    formHtml: formHtml(widget, language),
    tokenField: 'altcha',
    testOnly: new Set(hmacKey).size < leastCharacters,
    csp: { 'script-src': ["'self'"], 'style-src': ["'self'"], 'worker-src': ["'self'"] },
    serve(request) {
      const { searchParams } = new URL(request.url)
      const name = searchParams.get('altcha')
      if (name === 'challenge') return createChallenge()
      return name === null ? null : serveFile(widget, name, searchParams.get('v'))
    },
  }
}

// 30 ms to load, for the first challenge.
function loadLibrary(): Promise<[typeof import('altcha-lib'), typeof import('altcha-lib/algorithms/pbkdf2')]> {
  return Promise.all([import('altcha-lib'), import('altcha-lib/algorithms/pbkdf2')])
}

function formHtml({ version }: WidgetFiles, language: string): string {
  const address = (name: string): string => `?altcha=${name}&amp;v=${version}`
  const scripts = ['widget', 'language', 'start'].map(
    (name) => `<script type="module" src="${address(name)}"></script>`,
  )
  return `<link rel="stylesheet" href="${address('style')}">
${scripts.join('\n')}
<altcha-widget name="altcha" auto="onsubmit" language="${language}"></altcha-widget>`
}

function serveFile({ files, version }: WidgetFiles, name: string, asked: string | null): Promise<Response> | null {
  const file = files.get(name)
  if (file === undefined) return null
  // Kept where the address carries the hash of this content alone: under that of another version, which a process still
  // to be replaced may be asked for, it would stay for a year.
  const caching = asked === version ? { 'Cache-Control': 'public, max-age=31536000, immutable' } : {}
  return Promise.resolve(new Response(file.content, { headers: { 'Content-Type': file.type, ...caching } }))
}

function checkOptions({ hmacKey, cost, expiry }: Required<Pick<AltchaOptions, 'hmacKey' | 'cost' | 'expiry'>>): void {
  if (typeof hmacKey !== 'string' || hmacKey.length < 32) {
    throw new ConfigError(
      "altcha's hmacKey must have at least 32 random characters, like those of openssl rand -hex 32.",
    )
  }
  if (!(Number.isInteger(cost) && cost >= 1 && cost <= 1_000_000)) {
    throw new ConfigError("altcha's cost is a whole number up to 1,000,000.")
  }
  if (!(expiry >= 1 && expiry <= 86_400)) throw new ConfigError("altcha's expiry is a number of seconds up to a day.")
}
