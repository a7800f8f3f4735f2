import { ConfigError } from '../errors.ts'
import { isToken } from './token.ts'

/** The cookie that carries a session's token. */
export interface TokenCookie {
  /** The name as sent: `__Host-` stands before it over https. */
  readonly name: string
  /** The token in a request; `null` when there is none, or two differ. What can't be a token is another app's. */
  read(headers: Pick<Headers, 'get'>): string | null
  /** Every token in a request, each once, whichever was planted: what is to end must not live on. At most 20. */
  readAll(headers: Pick<Headers, 'get'>): string[]
  /** Whether a cookie of this name came, whatever its value. */
  isPresent(headers: Pick<Headers, 'get'>): boolean
  /** Whether two tokens came that differ: one of them was planted. */
  isAmbiguous(headers: Pick<Headers, 'get'>): boolean
  /**
   * The value of a `Set-Cookie` header that sets the cookie to `token`, or clears it, under the same attributes: `null`.
   *
   * @throws {TypeError} When it isn't one.
   */
  serialize(token: string | null): string
  /**
   * A copy of the response with the cookie set to `token`, and kept out of caches where it says nothing about them.
   *
   * @throws {TypeError} When it isn't one.
   */
  set(response: Response, token: string): Response
  /** A copy of the response with the cookie cleared. */
  clear(response: Response): Response
}

/** What a cookie is made from. */
export interface TokenCookieOptions {
  /** Without a prefix; letters, digits, `_` and `-`. */
  readonly name: string
  /** Whether the app is reached over https: then the cookie is `Secure` and its name has the `__Host-` prefix. */
  readonly https: boolean
  /** How long a browser keeps the cookie, in seconds. */
  readonly maxAge: number
}

/** A browser sends one for each path and each parent domain that it was set for; more would only be work. */
const mostTokens = 20

/** @throws {ConfigError} When the name has other characters, or brings a prefix. */
export function createTokenCookie({ name: bareName, https, maxAge }: TokenCookieOptions): TokenCookie {
  if (!/^(?!__)[\w-]{1,72}$/.test(bareName)) {
    throw new ConfigError('cookieName takes letters, digits, "_" and "-"; leave out prefixes like "__Host-".')
  }
  const name = https ? `__Host-${bareName}` : bareName
  // Names are compared byte by byte, never decoded. A no-break space is not skipped: to browsers it is a part of the name.
  const start = new RegExp(`(?:^|;)[ \\t]*${name}=`, 'g')
  const attributes = `Path=/; HttpOnly; SameSite=Lax${https ? '; Secure' : ''}`

  /** All values of the name: there may be several. Another app at the same host may have given it others. */
  function valuesIn(headers: Pick<Headers, 'get'>): string[] {
    const header = headers.get('cookie') ?? ''
    const values: string[] = []
    while (start.test(header)) {
      const end = header.indexOf(';', start.lastIndex)
      values.push(header.slice(start.lastIndex, end === -1 ? undefined : end).trimEnd())
    }
    return values
  }

  function serialize(token: string | null): string {
    if (token === null) return `${name}=; Max-Age=0; ${attributes}`
    if (!isToken(token)) throw new TypeError('The cookie takes a token that latchkey made, and nothing else.')
    return `${name}=${token}; Max-Age=${Math.floor(maxAge)}; ${attributes}`
  }

  return {
    name,

    read(headers) {
      const tokens = valuesIn(headers).filter(isToken)
      // Of two different ones, one was planted, perhaps from a sibling domain; neither is believed.
      return differ(tokens) ? null : (tokens[0] ?? null)
    },

    readAll: (headers) => [...new Set(valuesIn(headers).filter(isToken))].slice(0, mostTokens),
    isPresent: (headers) => valuesIn(headers).length > 0,
    isAmbiguous: (headers) => differ(valuesIn(headers).filter(isToken)),
    serialize,
    set: (response, token) => withCookie(response, serialize(token)),
    clear: (response) => withCookie(response, serialize(null)),
  }
}

function differ(values: readonly string[]): boolean {
  return values.some((value) => value !== values[0])
}

function withCookie(response: Response, cookie: string): Response {
  // A copy: some headers can't be changed, and an app may send the same response, with another's cookie on it, again.
  const copy = new Response(response.body, response)
  copy.headers.append('Set-Cookie', cookie)
  if (!copy.headers.has('Cache-Control')) copy.headers.set('Cache-Control', 'no-store')
  return copy
}
