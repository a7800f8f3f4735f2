import { hours, minutes } from '../duration.ts'
import { ConfigError } from '../errors.ts'
import { type Limit, checkLimit } from './limiter.ts'

/**
 * What is counted of tries. An *address* is an IPv4 address or the first 64 bits of an IPv6 one, a *network* an IPv4
 * address or the first 48 bits of an IPv6 one. An *account* is what a name or an address stands for, whether there is
 * such a user or not.
 */
export interface PurposeLimits {
  /** Requests of one address, and of one known device where its address has no room. */
  readonly requestsPerAddress: Limit
  /** Requests of one network. */
  readonly requestsPerNetwork: Limit
  /** Tries that failed of one address. */
  readonly failuresPerAddress: Limit
  /** Tries that failed of one network. All clients whose address the host doesn't tell are one. */
  readonly failuresPerNetwork: Limit
  /** Tries that failed at one account from all unknown devices: so many, then one after each delay, up to `duration`. */
  readonly failuresPerAccount: Limit
  /** Tries that failed of one known device. */
  readonly failuresPerDevice: Limit
  /**
   * Tries at an account that `failuresPerAccount` refuses, from networks that haven't failed at it in the last 24 hours;
   * forty times as many in 24 hours.
   */
  readonly newcomersPerAccount: Limit
  /** Tries that succeeded, of one account and network. */
  readonly successesPerAccount: Limit
}

/** What is tried, and which limits it has. */
export interface Limits {
  readonly login: PurposeLimits
  readonly register: Pick<PurposeLimits, 'requestsPerAddress' | 'requestsPerNetwork'>
  readonly change: Pick<PurposeLimits, 'failuresPerAccount' | 'failuresPerDevice' | 'successesPerAccount'>
}

/** What is tried. */
export type Purpose = keyof Limits

/** Limits that replace latchkey's own, by what is tried: `{ login: { failuresPerAddress: { points: 10, duration: minutes(5) } } }`. */
export type LimitOptions = { readonly [Name in Purpose]?: Partial<Limits[Name]> }

const defaultLimits: Limits = {
  login: {
    requestsPerAddress: { points: 60, duration: minutes(1) },
    requestsPerNetwork: { points: 600, duration: minutes(1) },
    failuresPerAddress: { points: 20, duration: minutes(5) },
    failuresPerNetwork: { points: 200, duration: minutes(5) },
    failuresPerAccount: { points: 10, duration: minutes(15) },
    failuresPerDevice: { points: 10, duration: minutes(15) },
    newcomersPerAccount: { points: 5, duration: minutes(1) },
    successesPerAccount: { points: 60, duration: minutes(1) },
  },
  register: {
    requestsPerAddress: { points: 10, duration: hours(1) },
    requestsPerNetwork: { points: 100, duration: hours(1) },
  },
  change: {
    failuresPerAccount: { points: 10, duration: minutes(15) },
    failuresPerDevice: { points: 10, duration: minutes(15) },
    successesPerAccount: { points: 20, duration: minutes(15) },
  },
}

/**
 * All limits: those that are given, and latchkey's own.
 *
 * @throws {ConfigError} When one isn't a limit, or has a name that there isn't.
 */
export function completeLimits(options: LimitOptions): Limits {
  requireKnown('limits', options, defaultLimits)
  return {
    login: completePurpose('login', options),
    register: completePurpose('register', options),
    change: completePurpose('change', options),
  }
}

function completePurpose<Name extends Purpose>(purpose: Name, options: LimitOptions): Limits[Name] {
  const given: Partial<PurposeLimits> = options[purpose] === undefined ? {} : options[purpose]
  requireKnown(`limits.${purpose}`, given, defaultLimits[purpose])
  for (const [name, limit] of Object.entries(given)) checkLimit(limit, `limits.${purpose}.${name}`)
  return { ...defaultLimits[purpose], ...given }
}

function requireKnown(option: string, given: object | null, known: object): void {
  const unknown =
    typeof given === 'object' && given !== null ? Object.keys(given).find((name) => !Object.hasOwn(known, name)) : ''
  if (unknown === undefined) return
  throw new ConfigError(
    `${option} is an object of ${Object.keys(known).join(', ')}${unknown && `; it has no ${unknown}`}.`,
  )
}
