import { ConfigError } from './errors.ts'

/** Where the app is reached, checked. */
export interface Origins {
  readonly all: readonly string[]
  /** Whether the app is reached over https: then cookies are `Secure`. */
  readonly https: boolean
}

/**
 * @param origin - One origin or more, like `https://app.example`; all https, or none.
 * @param production - Requires https.
 * @throws {ConfigError} For anything that isn't exactly an origin.
 */
export function checkOrigins(origin: string | readonly string[], production: boolean): Origins {
  const all = (typeof origin === 'string' ? [origin] : [...origin]).map(withoutSlash)
  const wrong = all.find((text) => !isOrigin(text))
  if (wrong !== undefined) {
    const right = spellingOf(wrong)
    throw new ConfigError(
      'origin takes scheme, host and port alone, like "https://app.example": no path, no "*".' +
        (right === null ? '' : ` Write it as browsers do: "${right}".`),
    )
  }
  const secure = all.filter((one) => one.startsWith('https:'))
  if (production && (all.length === 0 || secure.length < all.length)) {
    throw new ConfigError(
      'In production, set origin (or ORIGIN) to where the app is reached over https, like "https://app.example".',
    )
  }
  if (secure.length > 0 && secure.length < all.length) {
    throw new ConfigError('origin mixes http and https; a cookie is Secure or it is not. List one kind alone.')
  }
  return { all, https: secure.length > 0 }
}

/** A slash at the end, as addresses are copied. */
function withoutSlash(text: string): string {
  return text.replace(/(?<=[^/])\/$/, '')
}

/** The origin of something that has one. Browsers write hosts small and in ASCII, and leave usual ports out. */
function spellingOf(text: string): string | null {
  const origin = URL.parse(text)?.origin ?? 'null'
  return isOrigin(origin) ? origin : null
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  // The URL standard allows a `*` in a host name.
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text && !text.includes('*')
}
