import { type Settings, completeOptions } from './auth-defaults.ts'
import { checkExpiries } from './auth-options.ts'
import { type Cleaner, createCleaner } from './cleaner.ts'
import type { Clock } from './clock.ts'
import { type EventListener, type Report, createReport } from './events.ts'
import { type ClientAddress, type UnknownAddress, createClientAddress, requireNarrow } from './http/client-address.ts'
import { type Origins, checkOrigins } from './origins.ts'
import { type Links, checkLinks } from './pages/links.ts'
import { type TokenCookie, createTokenCookie } from './token/token-cookie.ts'
import { type Sessions, createSessions } from './session/sessions.ts'
import { type Database, createDatabase } from './stores/database.ts'
import { requireLasting } from './stores/require-lasting.ts'
import type { SplitStore, Store } from './stores/store.ts'
import { completeTexts } from './text-options.ts'
import type { TextOptions, Texts } from './texts.ts'
import type { CounterStore } from './throttle/counter-store.ts'
import { type OpenCounters, createOpenCounters } from './throttle/counters.ts'
import { type KnownDevices, createKnownDevices, deviceExpiry, noDevices } from './device/known-devices.ts'
import { type LimitOptions, completeLimits } from './throttle/default-limits.ts'
import { type Throttle, createThrottle, noThrottle } from './throttle/throttle.ts'
import { type HashPool, sharedHashPool } from './password/hash-pool.ts'
import type { PasswordPolicyOption } from './password/password-policy.ts'
import { type Users, createUsers } from './user/users.ts'

/** What login, logout and the guards share. */
export interface AuthOptions {
  /** Where users and sessions are kept: a store, or a URL (default: `DATABASE_URL`, or `sqlite:latchkey.db`). */
  readonly store?: Store | SplitStore | string
  /**
   * Where sessions are kept, if not in `store`: a URL like `redis://cache.example` (default: `SESSIONS_URL` where `store`
   * is a URL as well, or none).
   */
  readonly sessionsUrl?: string | null
  /** The session cookie's name, without a prefix (default: `id`; over https it is sent as `__Host-id`). */
  readonly cookieName?: string
  /** How long a session lasts after login or its last extension, in seconds (default: 24 hours). */
  readonly sessionExpiry?: number
  /** How long a session can be extended to at most, in seconds after login (default: seven days). */
  readonly maxSessionExpiry?: number
  /**
   * Where the app is reached, like `https://app.example`, or a list (default: `ORIGIN`, comma-separated). Writes from
   * elsewhere are refused. Without one, a form's `Origin` is held against the request's own host.
   */
  readonly origin?: string | readonly string[]
  /**
   * Requires an https `origin`, and with it a `__Host-` cookie, and a store that outlasts the process (default: whether
   * `NODE_ENV` is `production`).
   */
  readonly production?: boolean
  /**
   * Proxies whose `X-Forwarded-For` is believed, like `10.0.0.0/8`; `unix:` for those at a Unix socket (default:
   * `TRUSTED_PROXIES`, or none).
   */
  readonly trustedProxies?: readonly string[]
  /** What may be a new password: `'nist'`, or the least length (default: 8 characters). */
  readonly passwordPolicy?: PasswordPolicyOption
  /** How often logins, registrations and changed passwords may be tried; `null` for apps that limit all tries elsewhere. */
  readonly limits?: LimitOptions | null
  /** Where tries and requests are counted, for several processes (default: each process's memory). */
  readonly counters?: CounterStore | null
  /** Where the app's pages are; each is shown and used where it is set (default: none). */
  readonly links?: Links
  /** Sentences and labels that replace latchkey's own (default: English). */
  readonly texts?: TextOptions
  /** Hears of everything that happens (default: what is wrong is printed, on standard error). */
  readonly onEvent?: EventListener
  /** (default: the machine's) */
  readonly clock?: Clock
}

/** What stands between the parts. An app's own code seldom needs it, and it may change with any version. */
export interface Wiring {
  /** All of them, in English where the app gave none. */
  readonly texts: Texts
  /** Those that are set. */
  readonly links: Links
  /** Whether the app is reached over https. */
  readonly https: boolean
  /** Whether what is meant for tests is refused. */
  readonly production: boolean
  /** Shared by every `Auth` of the process. */
  readonly hashPool: HashPool
  /** Where guards and the throttle count. */
  readonly openCounters: OpenCounters
  /** Runs while the database is open. */
  readonly cleaner: Cleaner
}

/** The parts of a login, put together. Useful by itself to an app with pages of its own. */
export interface Auth {
  /** Finds, creates and changes users, and checks passwords. */
  readonly users: Users
  /** Starts, finds and ends sessions. */
  readonly sessions: Sessions
  /** Reads, sets and clears the cookie that carries a session's token. */
  readonly cookie: TokenCookie
  /** Lets everything through where `limits` was `null`. */
  readonly throttle: Throttle
  /** Knows none where `limits` was `null`. */
  readonly devices: KnownDevices
  /** Whose request it is, by the host's context and `trustedProxies`; `null` where the host doesn't tell. */
  readonly clientAddress: ClientAddress
  /** Where the app is reached; empty where no `origin` is set. */
  readonly origins: readonly string[]
  /** Tells `onEvent`, and never fails. */
  readonly report: Report
  /** What latchkey's own endpoints, guards and commands need beside these, and whoever writes another. */
  readonly wiring: Wiring
  /**
   * Connects to the database and brings its tables up to date, as the first request would.
   *
   * @throws {ConfigError} When the database can't be used as it is.
   * @throws {UnavailableError} When it can't be reached now.
   */
  ready(): Promise<void>
  /** Disconnects from the database and stops cleaning up. */
  close(): Promise<void>
}

/**
 * Puts together what login, logout and the guards share.
 *
 * Opens nothing: the database is connected to at the first request, or by `ready()`.
 *
 * @throws {ConfigError} When an option is unknown or wrong. The message names the cure.
 *
 * @example
 * const auth = createAuth({ origin: 'https://app.example', sessionExpiry: hours(12) })
 * app.mount('/login/', sessionLogin({ auth }))
 */
export function createAuth(options: AuthOptions = {}): Auth {
  const settings = completeOptions(options)
  const { clock, cookieName, counters, limits, maxSessionExpiry, passwordPolicy, production, sessionExpiry } = settings
  const { all: origins, https } = checkSetup(settings)
  const links = { ...settings.links }
  const texts = completeTexts(settings.texts)
  const report = createReport(clock, settings.onEvent)
  if (production && limits === null) report('unsafe_setup', { reason: 'no_limits' })

  const { database, cleaner } = createCleanDatabase(settings, report)
  const { open } = database
  const onFailure = (error: unknown): void => report('counters_failed', { error })
  const openCounters = createOpenCounters({ counters, clock, onFailure })
  const hashPool = sharedHashPool()
  const openUsers = async (): Promise<Store['users']> => (await open()).users
  const siteNames = origins.flatMap(hostNames)
  const deviceCookie = createTokenCookie({ name: `${cookieName}-device`, https, maxAge: deviceExpiry })

  return {
    users: createUsers({ openUsers, hashPool, clock, report, siteNames, passwordPolicy }),
    sessions: createSessions({ open, clock, sessionExpiry, maxSessionExpiry, report }),
    cookie: createTokenCookie({ name: cookieName, https, maxAge: maxSessionExpiry }),
    throttle: limits === null ? noThrottle : createThrottle(completeLimits(limits), openCounters),
    devices: limits === null ? noDevices : createKnownDevices({ open, clock, cookie: deviceCookie, report }),
    clientAddress: createClientAddress(settings.trustedProxies, warnOnce(report)),
    origins,
    report,
    wiring: { texts, links, https, production, hashPool, openCounters, cleaner },
    ready: () => database.ready(),
    async close() {
      // A batch under way would open the database again, and an opening under way starts the cleaner.
      await cleaner.stop()
      await database.close()
      await cleaner.stop()
    },
  }
}

/** @throws {ConfigError} When options can't be held together, or aren't for production. */
function checkSetup(settings: Settings): Origins {
  const { production, store, trustedProxies } = settings
  checkExpiries(settings.sessionExpiry, settings.maxSessionExpiry)
  checkLinks(settings.links)
  const origins = checkOrigins(settings.origin, production)
  if (production) requireLasting(store)
  if (production) requireNarrow(trustedProxies)
  return origins
}

/** The database, which is cleaned up while it is open. */
function createCleanDatabase(
  { store, sessionsUrl, clock }: Settings,
  report: Report,
): { readonly database: Database; readonly cleaner: Cleaner } {
  const database = createDatabase({
    source: store,
    sessionsUrl,
    onOpen: () => cleaner.start(),
    onRisk: (reason) => report('sessions_at_risk', { reason }),
  })
  const cleaner = createCleaner({ open: database.open, clock, onError: (error) => report('error', { error }) })
  return { database, cleaner }
}

/** Once for each reason: what holds for one request holds for all. */
function warnOnce(report: Report): (why: UnknownAddress) => void {
  const told = new Set<UnknownAddress>()
  return (reason) => {
    if (told.has(reason)) return
    told.add(reason)
    report('client_address_unknown', { reason })
  }
}

let shared: Auth | null = null

/**
 * The `Auth` of the environment, shared by everything that names no other: `DATABASE_URL`, `SESSIONS_URL`, `ORIGIN`,
 * `TRUSTED_PROXIES` and `NODE_ENV` say how it is set up.
 *
 * @throws {ConfigError} When one of them is wrong.
 */
export function defaultAuth(): Auth {
  shared ??= createAuth()
  return shared
}

/** The host of an origin, and each of its parts. */
function hostNames(origin: string): string[] {
  const { hostname } = new URL(origin)
  return [hostname, ...hostname.split('.')]
}
