import { ConfigError } from '../../errors.ts'
import { type TimeLimit, within } from '../../time-limit.ts'
import { statementLimitMs } from '../drivers/time-limits.ts'
import { toStoreError } from './errors.ts'

/** A client of the packages `ioredis` or `redis`, for one server or for a Cluster. */
export interface RedisClient {
  readonly eval: (...args: never[]) => unknown
}

/** Runs a script for some keys, mostly one; throws `UnavailableError` when Redis can't do it within three seconds. */
export type RunScript = (
  script: string,
  keys: string | readonly string[],
  values: readonly string[],
) => Promise<unknown>

/** `eval` in the words of each package. */
type Eval = (script: string, ...args: unknown[]) => Promise<unknown>

/**
 * Clients keep what they can't send until the server is back, and send it then. To whoever waits it has failed by that time,
 * and it does no harm: no script brings a session back.
 */
const answerLimit: TimeLimit = {
  ms: statementLimitMs,
  error: () => new Error(`Redis gave no answer within ${statementLimitMs} ms.`),
}

/** @throws {ConfigError} When it is no such client. */
export function scriptRunner(client: RedisClient): RunScript {
  const run = evalOf(client)
  return async (script, keys, values) => {
    try {
      return await within(answerLimit, run(script, keys, values))
    } catch (error) {
      throw toStoreError(error)
    }
  }
}

function evalOf(client: RedisClient): RunScript {
  if (typeof client?.eval !== 'function' || !('sendCommand' in client)) {
    throw new ConfigError(
      'redisSessions takes a client of the package ioredis or redis. Write redisSessions(new Redis()).',
    )
  }
  // Told by their shape, since neither package is imported: only ioredis defines commands.
  const { eval: evaluate } = client as unknown as { readonly eval: Eval }
  return 'defineCommand' in client
    ? (script, keys, values) => evaluate.call(client, script, [keys].flat().length, ...[keys].flat(), ...values)
    : (script, keys, values) => evaluate.call(client, script, { keys: [keys].flat(), arguments: [...values] })
}
