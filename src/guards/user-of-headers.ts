import { type Auth, defaultAuth } from '../auth.ts'
import { CrossSiteError } from '../errors.ts'
import type { RequestHead } from '../http/fetch-handler.ts'
import type { User } from '../user/user-store.ts'
import { createAuthenticate } from './authenticate.ts'
import { checkNames } from './guard-options.ts'

type HeadersAlone = RequestHead['headers']

interface UserOfHeadersOptions {
  readonly auth?: Auth
}

/**
 * Finds the user of a request of which a framework tells the headers alone; `null` where nobody is logged in, and for what
 * another site sent, unless it is a link that someone followed.
 *
 * @throws {ConfigError} When an option is unknown.
 */
export function createUserOfHeaders(options: UserOfHeadersOptions): (headers: HeadersAlone) => Promise<User | null> {
  checkNames(options, ['auth'])
  const { auth = defaultAuth() } = options
  const authenticate = createAuthenticate({ auth, allowUnauthenticated: true })

  return async function userOfHeaders(headers) {
    const result = await authenticate({ method: methodOf(headers), url: '', headers }, () => '')
    if (result.ok) return result.user
    if (!(result.error instanceof CrossSiteError)) throw result.error
    // A framework answers what is thrown here with 500, and any site can send its visitors.
    auth.report('refused', { reason: result.error.code, requestId: result.requestId })
    return null
  }
}

/**
 * No method is told, so all is a write but what can only be a link that was followed: browsers send an `Origin` with
 * every write, and a `Content-Type` with every form.
 */
function methodOf(headers: HeadersAlone): 'GET' | 'POST' {
  const isNavigation = headers.get('sec-fetch-mode') === 'navigate'
  return isNavigation && headers.get('origin') === null && headers.get('content-type') === null ? 'GET' : 'POST'
}
