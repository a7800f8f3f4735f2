import type { AuthOptions } from './auth.ts'
import { days } from './duration.ts'
import { ConfigError } from './errors.ts'

// RFC 6265bis, section 5.5: browsers keep no cookie for longer.
const longestExpiry = days(400)

type Check = readonly [isRight: (value: unknown) => boolean, sentence: string]

const expiry: Check = [
  (value) => typeof value === 'number' && value >= 1 && value <= longestExpiry,
  'sessionExpiry and maxSessionExpiry are numbers of seconds, like hours(12), from 1 to days(400): browsers keep no cookie for longer.',
]
const group = (name: string): Check => [isObject, `${name} is an object.`]

/** What each option of `createAuth` has to be, where it is there. Of what it holds, its owner says what is wrong. */
const checks: Readonly<Record<keyof AuthOptions, Check>> = {
  store: [
    (value) => isText(value) || hasMethods(value, 'open', 'close'),
    'store is a store, or the URL of a database.',
  ],
  sessionsUrl: [isTextOrNull, 'sessionsUrl is a URL like "redis://cache.example", or null.'],
  cookieName: [isText, 'cookieName is text.'],
  sessionExpiry: expiry,
  maxSessionExpiry: expiry,
  origin: [
    (value) => isText(value) || isList(value),
    'origin is an origin like "https://app.example", or a list of them.',
  ],
  production: [(value) => typeof value === 'boolean', 'production is true or false.'],
  trustedProxies: [isList, 'trustedProxies is a list of addresses and ranges, like ["127.0.0.1", "10.0.0.0/8"].'],
  passwordPolicy: [
    (value) => isText(value) || isObject(value),
    'passwordPolicy is "nist", or an object with minimumLength.',
  ],
  limits: [(value) => value === null || isObject(value), 'limits is an object, or null for none.'],
  counters: [
    (value) => value === null || hasMethods(value, 'count', 'peek', 'takeBack', 'forget'),
    'counters is a counter store like redisCounters(…), or null for memory.',
  ],
  links: group('links'),
  texts: group('texts'),
  onEvent: [(value) => typeof value === 'function', 'onEvent is a function.'],
  clock: [(value) => hasMethods(value, 'now', 'monotonicMs'), 'clock is an object with now() and monotonicMs().'],
}

/** @throws {ConfigError} When an option is unknown, or of another kind than its own. */
export function checkOptions(options: AuthOptions): void {
  const known = new Map(Object.entries(checks))
  for (const [name, value] of Object.entries(options)) {
    const check = known.get(name)
    if (check === undefined) {
      throw new ConfigError(`createAuth has no option "${name}". It takes ${[...known.keys()].join(', ')}.`)
    }
    const [isRight, sentence] = check
    if (value !== undefined && !isRight(value)) throw new ConfigError(sentence)
  }
}

/** @throws {ConfigError} When a session could be extended beyond its end. */
export function checkExpiries(sessionExpiry: number, maxSessionExpiry: number): void {
  if (maxSessionExpiry >= sessionExpiry) return
  throw new ConfigError('maxSessionExpiry must not be shorter than sessionExpiry.')
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTextOrNull(value: unknown): boolean {
  return value === null || isText(value)
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof value[name] === 'function')
}
