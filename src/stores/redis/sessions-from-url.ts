import { ConfigError } from '../../errors.ts'
import type { SeparateSessions } from '../../session/separate-sessions.ts'

/**
 * Checks the URL of a database for sessions alone, and opens nothing.
 *
 * @param sessionsUrl - `redis://user:password@host:6379/0`, or `rediss://…` for TLS.
 * @throws {ConfigError} When it is of neither kind. The message doesn't repeat the URL: it may hold a password.
 */
export function checkSessionsUrl(sessionsUrl: string): void {
  if (!/^rediss?:\/\//.test(sessionsUrl) || !URL.canParse(sessionsUrl)) {
    throw new ConfigError(
      'The URL of the sessions must be like redis://user:password@host:6379/0, or rediss://… for TLS. ' +
        'Leave it out where sessions are kept with the users.',
    )
  }
}

/**
 * Where sessions are kept, by a URL. Its driver is imported here.
 *
 * @throws {ConfigError} When no driver is installed.
 */
export async function sessionsFromUrl(sessionsUrl: string): Promise<SeparateSessions> {
  const { redisFromUrl } = await import('./url.ts')
  return redisFromUrl(sessionsUrl)
}
