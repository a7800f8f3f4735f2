import { minutes } from '../duration.ts'
import { type Limit, type Limiter, createLimiter } from './limiter.ts'

/** Whose try it is. */
export interface Trier {
  /** Keys of the client's address: narrow (IPv4 address, IPv6 /64) and wide (IPv6 /48); `null` when unknown. */
  readonly address: { readonly narrow: string; readonly wide: string } | null
  /** The account that is tried, under one key for every spelling; the same kind of key for one that doesn't exist. */
  readonly accountKey: string
}

/** Slows down those who guess passwords. */
export interface LoginThrottle {
  /**
   * Counts a request before anything of it is read.
   *
   * @throws {TooManyTriesError} When the address has sent too many, or has failed too often.
   */
  requireRoom(address: Trier['address']): Promise<void>
  /**
   * Counts a failure, runs `check`, and takes the failure back unless it was one. Counted before the check, so that
   * tries in parallel can't pass the limit together. A success forgets the account's failures, never the address's.
   * A try that is refused counts for nothing: no password was looked at.
   *
   * @throws {TooManyTriesError} When the address or the account has failed too often; `check` isn't run then.
   */
  attempt<Outcome extends { readonly ok: boolean }>(trier: Trier, check: () => Promise<Outcome>): Promise<Outcome>
  /**
   * Whether the account or the address has failed three times or more: for asking for more than a password. Counts
   * nothing. An `accountKey` of `null` asks about the address alone, as where a page is shown.
   */
  isSuspicious(trier: Suspect): Promise<boolean>
}

/** Who is asked about: a `Trier` whose account may not be known yet. */
export type Suspect = Omit<Trier, 'accountKey'> & { readonly accountKey: string | null }

/** The limits; each can be replaced. */
export interface LoginThrottleOptions {
  /** Login requests of one address (default: 60 in a minute). */
  readonly requestsPerAddress?: Limit
  /** Failed logins of one IPv4 address or IPv6 /64 (default: 20 in five minutes). */
  readonly failuresPerAddress?: Limit
  /** Failed logins of one IPv6 /48 (default: 200 in five minutes). */
  readonly failuresPerNetwork?: Limit
  /** Failed logins for one account (default: 10 in fifteen minutes). */
  readonly failuresPerAccount?: Limit
}

interface Counter {
  readonly limiter: Limiter
  readonly key: string
}

const suspiciousFailures = 3

/** Counts in this process's memory, which it bounds. */
export function createLoginThrottle({
  requestsPerAddress = { points: 60, duration: minutes(1) },
  failuresPerAddress = { points: 20, duration: minutes(5) },
  failuresPerNetwork = { points: 200, duration: minutes(5) },
  failuresPerAccount = { points: 10, duration: minutes(15) },
}: LoginThrottleOptions = {}): LoginThrottle {
  const requests = createLimiter(requestsPerAddress)
  const byAddress = createLimiter(failuresPerAddress)
  const byNetwork = createLimiter(failuresPerNetwork)
  const byAccount = createLimiter(failuresPerAccount)

  function countersOf({ address, accountKey }: Trier): Counter[] {
    const ofAccount = { limiter: byAccount, key: accountKey }
    if (address === null) return [ofAccount]
    return [{ limiter: byAddress, key: address.narrow }, { limiter: byNetwork, key: address.wide }, ofAccount]
  }

  return {
    async requireRoom(address) {
      if (address === null) return
      await byAddress.require(address.narrow)
      await byNetwork.require(address.wide)
      await requests.count(address.narrow)
    },

    async attempt(trier, check) {
      const outcome = await countFailure(countersOf(trier), check)
      if (outcome.ok) await byAccount.reset(trier.accountKey)
      return outcome
    },

    async isSuspicious({ address, accountKey }) {
      const ofAccount = accountKey === null ? 0 : await byAccount.peek(accountKey)
      if (ofAccount >= suspiciousFailures) return true
      return address !== null && (await byAddress.peek(address.narrow)) >= suspiciousFailures
    },
  }
}

/** For apps that limit tries elsewhere, and for development on one machine. */
export const noThrottle: LoginThrottle = {
  requireRoom: async () => undefined,
  attempt: (_trier, check) => check(),
  isSuspicious: async () => false,
}

async function countFailure<Outcome extends { readonly ok: boolean }>(
  counters: readonly Counter[],
  check: () => Promise<Outcome>,
): Promise<Outcome> {
  const counted: Counter[] = []
  let failed = false
  try {
    for (const counter of counters) {
      await counter.limiter.count(counter.key)
      counted.push(counter)
    }
    const outcome = await check()
    failed = !outcome.ok
    return outcome
  } finally {
    if (!failed) for (const { limiter, key } of counted) await limiter.takeBack(key)
  }
}
