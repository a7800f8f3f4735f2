import type { CounterStore } from '../../throttle/counter-store.ts'
import { checkClient, checkName, flexibleCounters } from './flexible-counters.ts'

/** A client of `ioredis` or `redis` (node-redis). */
export interface RedisCountersClient {
  readonly multi: (...args: never[]) => unknown
  readonly del: (...args: never[]) => unknown
  readonly eval: (...args: never[]) => unknown
}

export interface RedisCountersOptions {
  /** What stands before each key, and a colon (default: `latchkey`). */
  readonly prefix?: string
}

/**
 * Counts in Redis, for any number of processes.
 *
 * @param client - Connected by the app, which closes it.
 * @throws {ConfigError} When an option is wrong.
 *
 * @example
 * const auth = createAuth({ counters: redisCounters(new Redis()) })
 */
export function redisCounters(
  client: RedisCountersClient,
  { prefix = 'latchkey' }: RedisCountersOptions = {},
): CounterStore {
  checkClient('The Redis client', client, ['multi', 'del', 'eval'])
  checkName('prefix', prefix)

  return flexibleCounters(async () => {
    const { RateLimiterRedis } = await import('rate-limiter-flexible')
    return new RateLimiterRedis({
      storeClient: client,
      // Only ioredis has it; node-redis is spoken to in another way.
      useRedisPackage: !('defineCommand' in client),
      keyPrefix: prefix,
      points: Number.MAX_SAFE_INTEGER,
      duration: 1,
    })
  })
}
