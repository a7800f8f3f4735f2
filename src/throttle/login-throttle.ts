import { minutes } from '../duration.ts'
import { TooManyTriesError } from '../errors.ts'
import { createBackoff } from './backoff.ts'
import { type Counter, countFailure } from './count-failure.ts'
import type { Device } from './device-store.ts'
import { type Limit, type Limiter, createLimiter } from './limiter.ts'
import { type CountingOptions, createLimiterStores } from './limiter-stores.ts'

/** What of a device the throttle goes by. */
export type KnownDevice = Pick<Device, 'id' | 'userId'>

/** Whose try it is. */
export interface Trier {
  /** Keys of the client's address: narrow (IPv4 address, IPv6 /64) and wide (IPv6 /48); `null` when unknown. */
  readonly address: { readonly narrow: string; readonly wide: string } | null
  /** The account that is tried, under one key for every spelling; the same kind of key for one that doesn't exist. */
  readonly accountKey: string
  /** The device that `auth.devices.find()` gave (default: none). It counts where it is one of the account's own. */
  readonly device?: KnownDevice | null
}

/** Who is asked about: a `Trier` whose account may not be known yet. */
export type Suspect = Omit<Trier, 'accountKey'> & { readonly accountKey: string | null }

/** Slows down those who guess passwords. */
export interface LoginThrottle {
  /**
   * Counts a request before anything of it is read.
   *
   * @param findDevice - Asked where the address has no room: a known device has room of its own (default: there is none).
   * @throws {TooManyTriesError} When the address has sent too many, or has failed too often.
   */
  requireRoom(address: Trier['address'], findDevice?: () => Promise<KnownDevice | null>): Promise<void>
  /**
   * Counts a failure, runs `check`, and takes the failure back unless it was one. Counted before the check, so that
   * tries in parallel can't pass the limit together. A success forgets the failures of the account from unknown
   * devices, or those of the known device; never the address's. A try that is refused counts for nothing: no password
   * was looked at.
   *
   * @throws {TooManyTriesError} When the address or the account has failed too often; `check` isn't run then.
   */
  attempt<Outcome extends { readonly ok: boolean }>(trier: Trier, check: () => Promise<Outcome>): Promise<Outcome>
  /**
   * Whether the account or the address has failed three times or more: for asking for more than a password. Counts
   * nothing. An `accountKey` of `null` asks about the address alone, as where a page is shown. A known device is asked
   * about alone.
   */
  isSuspicious(trier: Suspect): Promise<boolean>
}

/** The limits; each can be replaced. */
export interface LoginThrottleOptions extends CountingOptions {
  /** Login requests of one address, and of one known device (default: 60 in a minute). */
  readonly requestsPerAddress?: Limit
  /** Failed logins of one IPv4 address or IPv6 /64 (default: 20 in five minutes). */
  readonly failuresPerAddress?: Limit
  /** Failed logins of one IPv6 /48 (default: 200 in five minutes). */
  readonly failuresPerNetwork?: Limit
  /**
   * Failed logins for one account from unknown devices: so many, then one after each delay, which doubles up to
   * `duration` (default: 10, up to fifteen minutes).
   */
  readonly failuresPerAccount?: Limit
  /** Failed logins of one known device (default: 10 in fifteen minutes). */
  readonly failuresPerDevice?: Limit
}

const suspiciousFailures = 3

/** @throws {ConfigError} When a limit isn't one. */
export function createLoginThrottle({
  requestsPerAddress = { points: 60, duration: minutes(1) },
  failuresPerAddress = { points: 20, duration: minutes(5) },
  failuresPerNetwork = { points: 200, duration: minutes(5) },
  failuresPerAccount = { points: 10, duration: minutes(15) },
  failuresPerDevice = { points: 10, duration: minutes(15) },
  ...counting
}: LoginThrottleOptions = {}): LoginThrottle {
  const at = createLimiterStores(counting)
  const requests = createLimiter(requestsPerAddress, at('login:request'))
  const byAddress = createLimiter(failuresPerAddress, at('login:address'))
  const byNetwork = createLimiter(failuresPerNetwork, at('login:network'))
  const byAccount = createBackoff(failuresPerAccount, at('login:account'))
  const byDevice = createLimiter(failuresPerDevice, at('login:device'))

  async function requireAddress(address: NonNullable<Trier['address']>): Promise<void> {
    await byAddress.require(address.narrow)
    await byNetwork.require(address.wide)
    await requests.count(address.narrow)
  }

  /** What is forgotten by a success comes first. */
  function countersOf({ address, accountKey, device }: Trier): readonly [Counter, ...Counter[]] {
    if (isOwn(device, accountKey)) return [{ limiter: byDevice, key: device.id }]
    const ofAccount = { limiter: byAccount, key: accountKey }
    if (address === null) return [ofAccount]
    return [ofAccount, { limiter: byAddress, key: address.narrow }, { limiter: byNetwork, key: address.wide }]
  }

  return {
    async requireRoom(address, findDevice = async () => null) {
      if (address === null) return
      try {
        await requireAddress(address)
      } catch (error) {
        if (!(error instanceof TooManyTriesError)) throw error
        const device = await findDevice()
        if (device === null) throw error
        await requests.count(`device:${device.id}`)
      }
    },

    async attempt(trier, check) {
      const [own, ...ofAddress] = countersOf(trier)
      const outcome = await countFailure([...ofAddress, own], check)
      if (outcome.ok) await own.limiter.reset(own.key)
      return outcome
    },

    async isSuspicious({ address, accountKey, device }) {
      const isMany = async (limiter: Limiter, key: string): Promise<boolean> =>
        (await limiter.peek(key)) >= suspiciousFailures

      if (isOwn(device, accountKey)) return isMany(byDevice, device.id)
      if (accountKey !== null && (await isMany(byAccount, accountKey))) return true
      return address !== null && isMany(byAddress, address.narrow)
    },
  }
}

/** For apps that limit tries elsewhere, and for development on one machine. */
export const noThrottle: LoginThrottle = {
  requireRoom: async () => undefined,
  attempt: (_trier, check) => check(),
  isSuspicious: async () => false,
}

function isOwn(device: Trier['device'], accountKey: string | null): device is KnownDevice {
  return device !== undefined && device !== null && accountKey === `user:${device.userId}`
}
