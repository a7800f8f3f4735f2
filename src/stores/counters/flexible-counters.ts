import { crypto } from '../../crypto.ts'
import type { RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'
import { ConfigError } from '../../errors.ts'
import type { CounterStore, Tally } from '../../throttle/counter-store.ts'

/** A limiter of rate-limiter-flexible. */
export type FlexibleLimiter = Pick<RateLimiterAbstract, 'penalty' | 'reward' | 'get' | 'delete'>

/** A counter store whose limiter is opened when it is first needed. */
export interface FlexibleCounters extends CounterStore {
  /** Has the next use open the limiter anew. */
  reset(): void
}

// What is taken back so shortly before its window ends could be taken from the next one.
const closingMs = 2_000
const clockSkewMs = 300_000

/**
 * A counter store made of a limiter of rate-limiter-flexible, whose increments are atomic.
 *
 * @param open - Called at the first use, and again after it failed or after `reset`.
 */
export function flexibleCounters(open: () => Promise<FlexibleLimiter>): FlexibleCounters {
  let opening: Promise<FlexibleLimiter> | null = null

  async function openNow(): Promise<FlexibleLimiter> {
    const limiter = await open()
    await requireNumbers(limiter)
    return limiter
  }

  function opened(): Promise<FlexibleLimiter> {
    opening ??= openNow().catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }

  async function add(limiter: FlexibleLimiter, key: string, timespan: number): Promise<Tally> {
    const tally = toTally(await limiter.penalty(key, 1, { customDuration: timespan }))
    if (tally.resetMs <= timespan * 1000 + clockSkewMs) return tally
    // It was begun before the clock was set back, and would hold its key up for as long as that.
    await limiter.delete(key)
    return toTally(await limiter.penalty(key, 1, { customDuration: timespan }))
  }

  async function takeBack(limiter: FlexibleLimiter, key: string, { count, resetMs }: Tally): Promise<void> {
    if (count <= 0 || resetMs < closingMs) return
    // Should the key be forgotten meanwhile, this begins a window of less than none; it lasts a second.
    await limiter.reward(key, 1, { customDuration: 1 })
  }

  return {
    async count(plainKey, limit, timespan) {
      const limiter = await opened()
      const key = hashKey(plainKey)
      const tally = await add(limiter, key, timespan)
      if (tally.count <= limit) return { counted: true, ...tally }
      await takeBack(limiter, key, tally)
      return { counted: false, count: tally.count - 1, resetMs: tally.resetMs }
    },

    async peek(key) {
      return toTally(await (await opened()).get(hashKey(key)))
    },

    async takeBack(key) {
      const limiter = await opened()
      await takeBack(limiter, hashKey(key), toTally(await limiter.get(hashKey(key))))
    },

    async forget(key) {
      await (await opened()).delete(hashKey(key))
    },

    reset() {
      opening = null
    },
  }
}

/**
 * Counts once, for the sake of what comes back: an app may have told the client to make other things of rows or numbers.
 *
 * @throws {ConfigError} When that is no count.
 */
async function requireNumbers(limiter: FlexibleLimiter): Promise<void> {
  const key = hashKey('latchkey')
  const tally = await limiter.penalty(key, 1, { customDuration: 60 }).then(toTally, (error: unknown) => {
    // As when numbers are added to those of another kind.
    if (!(error instanceof TypeError)) throw error
    return null
  })
  await limiter.delete(key)
  if (tally !== null && tally.count >= 1 && tally.resetMs > 0) return
  throw new ConfigError(
    'The client of the counter store gives no plain rows and numbers. Give it one without such options.',
  )
}

/** @throws {ConfigError} When the name isn't one that can stand in a statement. */
export function checkName(option: string, name: string): string {
  if (/^[A-Za-z_]\w{0,62}$/.test(name)) return name
  throw new ConfigError(`${option} takes letters, digits and "_", and begins with no digit.`)
}

/** @throws {ConfigError} When the client has none of these methods. */
export function checkClient(option: string, client: object, methods: readonly string[]): void {
  const missing = methods.find((name) => typeof Reflect.get(client, name) !== 'function')
  if (missing !== undefined) throw new ConfigError(`${option} has no method "${missing}". See docs/rate-limit.md.`)
}

function toTally(result: RateLimiterRes | null): Tally {
  if (result === null) return { count: 0, resetMs: 0 }
  return { count: Math.max(0, result.consumedPoints), resetMs: Math.max(0, result.msBeforeNext) }
}

/** Of one length and alphabet for every database, and without the names that people typed. */
function hashKey(key: string): string {
  return crypto().hash('sha256', key)
}
