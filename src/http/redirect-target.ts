import { ConfigError } from '../errors.ts'

const ourOrigin = 'http://our-origin.invalid'
const maxLength = 2048
/** A path that is percent-encoded, with room for the rest. */
const maxUrlLength = 4 * maxLength
// oxlint-disable-next-line no-control-regex -- control characters are what this refuses
const unsafe = /[\\\u0000-\u001f\u007f]/
// The same once more encoded, and what would be `//` or `/\` when decoded: some proxies decode a path on its way.
const unsafePath = /^\/(?:\/|%2f|%5c)|%(?:[01][\da-f]|7f)/i

/**
 * The path to go to after a login, when `next` names one of ours; `null` when it names anything else.
 *
 * What is returned is the parsed path, serialized again: the same value that was checked is the one that is sent.
 */
export function ownPath(next: string): string | null {
  if (next.length > maxLength || !/^\/(?!\/)/.test(next) || unsafe.test(next)) return null

  const url = URL.parse(next, ourOrigin)
  // Dot segments can leave `//` at the front, which a browser takes for another host.
  if (url === null || url.origin !== ourOrigin || unsafePath.test(url.pathname)) return null
  const path = url.pathname + url.search + url.hash
  return path.length > maxLength ? null : path
}

/** The path of the `next` parameter in a URL's query; `null` when it isn't there once, or isn't one of ours. */
export function nextFromQuery(url: string): string | null {
  if (url.length > maxUrlLength) return null
  const [next, ...more] = URL.parse(url)?.searchParams.getAll('next') ?? []
  return next === undefined || more.length > 0 ? null : ownPath(next)
}

/**
 * A redirect target of the app's own options: a path, or an absolute http(s) URL.
 *
 * @throws {ConfigError} When it is neither.
 */
export function checkTarget(option: string, target: string): string {
  if (target.startsWith('/')) {
    const path = ownPath(target)
    if (path !== null) return path
  } else {
    const url = URL.parse(target)
    if (url !== null && ['http:', 'https:'].includes(url.protocol) && url.username + url.password === '')
      return url.href
  }
  throw new ConfigError(`${option} must be a path that starts with "/", like "/private/", or a whole http(s) URL.`)
}
