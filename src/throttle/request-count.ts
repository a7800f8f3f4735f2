import { days } from '../duration.ts'
import { ConfigError } from '../errors.ts'
import type { CounterStore } from './counter-store.ts'
import { isFull, storeKey } from './limiter.ts'

/** How many requests of one key pass, in how long. */
export interface RequestLimit {
  readonly name: string
  readonly limit: number
  /** Seconds. */
  readonly timespan: number
  /** Seconds, from `timespan`; `null`: a key above the limit is refused to the end of its window. */
  readonly blockDuration: number | null
}

/** What came of counting a request. */
export interface CountedRequest {
  /** `false` when it is to be refused. */
  readonly counted: boolean
  /** How many more pass now. */
  readonly left: number
  /** When more pass, in whole seconds, from 1. */
  readonly reset: number
}

const tooShort =
  'blockDuration is at least timespan: a key that is above the limit is refused to the end of its window in any case.'

/**
 * Counts requests by key.
 *
 * @throws {ConfigError} When the limit isn't one.
 */
export function createRequestCount(
  { name, limit, timespan, blockDuration }: RequestLimit,
  store: CounterStore,
): (key: string) => Promise<CountedRequest> {
  checkWhole('limit', limit)
  checkWhole('timespan', timespan)
  if (blockDuration !== null) {
    checkWhole('blockDuration', blockDuration)
    if (blockDuration < timespan) throw new ConfigError(tooShort)
  }
  const prefix = `rate:${name}:${limit}:${timespan}:`

  async function block(key: string, resetMs: number): Promise<CountedRequest> {
    if (blockDuration === null) return refused(resetMs)
    return refused((await store.count(storeKey(`block:${prefix}`, key), 1, blockDuration)).resetMs)
  }

  return async function count(key) {
    if (blockDuration !== null) {
      const blocked = await store.peek(storeKey(`block:${prefix}`, key))
      if (isFull(blocked, 1, blockDuration)) return refused(blocked.resetMs)
    }
    const { counted, count: taken, resetMs } = await store.count(storeKey(prefix, key), limit, timespan)
    if (!counted) return block(key, resetMs)
    return { counted, left: Math.max(0, limit - taken), reset: toSeconds(resetMs) }
  }
}

function refused(resetMs: number): CountedRequest {
  return { counted: false, left: 0, reset: toSeconds(resetMs) }
}

function toSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}

function checkWhole(option: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) {
    throw new ConfigError(`${option} is a whole number, from 1${option === 'limit' ? '' : ', of seconds'}.`)
  }
  if (option !== 'limit' && value > days(366)) throw new ConfigError(`${option} is at most a year, in seconds.`)
}
