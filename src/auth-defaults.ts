import type { AuthOptions } from './auth.ts'
import { checkOptions } from './auth-options.ts'
import { systemClock } from './clock.ts'
import { days, hours } from './duration.ts'

/** All options: those that are given, those of the environment, and latchkey's own. */
export type Settings = Required<Omit<AuthOptions, 'passwordPolicy' | 'onEvent'>> &
  Pick<AuthOptions, 'passwordPolicy' | 'onEvent'>

/** @throws {ConfigError} When an option is unknown, or of another kind than its own. */
export function completeOptions(options: AuthOptions): Settings {
  checkOptions(options)
  const { DATABASE_URL, SESSIONS_URL, ORIGIN, TRUSTED_PROXIES, NODE_ENV } = process.env
  const { store = DATABASE_URL ?? 'sqlite:latchkey.db' } = options
  const defaults = {
    store,
    sessionsUrl: (typeof store === 'string' && SESSIONS_URL) || null,
    cookieName: 'id',
    sessionExpiry: hours(24),
    maxSessionExpiry: days(7),
    origin: listFrom(ORIGIN),
    production: NODE_ENV === 'production',
    trustedProxies: listFrom(TRUSTED_PROXIES),
    limits: {},
    counters: null,
    links: {},
    texts: {},
    clock: systemClock,
  }
  // What is undefined isn't given.
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(given) }
}

function listFrom(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
}
