import { ConfigError, UnavailableError } from '../errors.ts'
import type { SeparateSessions } from '../session/separate-sessions.ts'
import type { Session } from '../session/session-store.ts'
import { type RedisClient, type RunScript, scriptRunner } from './redis-client.ts'
import { toOpenError } from './redis-errors.ts'
import { scripts, sessionFields, toSession } from './redis-scripts.ts'

export type { RedisClient } from './redis-client.ts'

export interface RedisSessionsOptions {
  /** What every key begins with, and a colon: letters, digits and `_` (default: `latchkey`). */
  readonly prefix?: string
}

/**
 * Keeps sessions in Redis, beside users in another database: fast, for any number of processes. What a crash of Redis can
 * lose is up to its settings; `open` tells of those that make it lose more than it need.
 *
 * The client stays the app's, which connects and closes it. A command may take three seconds.
 *
 * @param client - Of the package `ioredis` or `redis`, for one server or for a Cluster.
 * @throws {ConfigError} When `client` is no such client, or `prefix` is no plain name.
 *
 * @example
 * const auth = createAuth({ store: { ...postgresStore(pool), sessions: redisSessions(new Redis()) } })
 */
export function redisSessions(client: RedisClient, options: RedisSessionsOptions = {}): SeparateSessions {
  const { prefix = 'latchkey' } = options
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix)) {
    throw new ConfigError('prefix must be a letter or _, then letters, digits or _. A colon is put behind it.')
  }
  const run = scriptRunner(client)
  const sessionKey = (tokenHash: string): string => `${prefix}:session:${tokenHash}`
  const index = createIndex(run, prefix)

  async function find(tokenHash: string): Promise<Session | null> {
    // As many values as the script names fields.
    const reply = (await run(scripts.find, sessionKey(tokenHash), [])) as unknown[]
    return toSession(tokenHash, reply)
  }

  return {
    async open(onRisk) {
      try {
        const server = String(await run(scripts.describeServer, sessionKey(''), []))
        if (/^maxmemory_policy:(?!noeviction)/m.test(server)) onRisk('eviction')
        if (/^aof_enabled:0/m.test(server)) onRisk('no_log')
      } catch (error) {
        throw toOpenError(error)
      }
    },

    async close() {},

    async create(session) {
      const life = lifeMs(session, session.expiresAt)
      await Promise.all([
        run(scripts.create, sessionKey(session.tokenHash), [life, ...sessionFields(session)]),
        index.add(session),
      ])
    },

    find,

    async extend(tokenHash, now, expiresAt) {
      const values = [String(now.getTime()), String(expiresAt.getTime())]
      return Number(await run(scripts.extend, sessionKey(tokenHash), values)) === 1
    },

    async delete(tokenHash) {
      // As the script replies.
      const userId = (await run(scripts.delete, sessionKey(tokenHash), [])) as string | null
      if (userId === null) return false
      await index.remove(userId, tokenHash)
      return true
    },

    async listByUser(userId) {
      const found = await Promise.all((await index.list(userId)).map(find))
      return found.filter((session) => session !== null)
    },

    // Redis forgets them by itself.
    deleteExpired: async () => 0,
  }
}

/** Which sessions a user has, for lists alone: nothing that must hold depends on it. */
function createIndex(run: RunScript, prefix: string) {
  const key = (userId: string): string => `${prefix}:sessions:${userId}`
  return {
    async add(session: Session): Promise<void> {
      const { userId, tokenHash, createdAt, maxExpiresAt } = session
      const instants = [String(createdAt.getTime()), String(maxExpiresAt.getTime())]
      await run(scripts.addToIndex, key(userId), [...instants, tokenHash, lifeMs(session, maxExpiresAt)])
    },

    async remove(userId: string, tokenHash: string): Promise<void> {
      try {
        await run(scripts.removeFromIndex, key(userId), [tokenHash])
      } catch (error) {
        // The session is gone all the same; its entry follows at the next login after it would have expired.
        if (!(error instanceof UnavailableError)) throw error
      }
    },

    async list(userId: string): Promise<string[]> {
      // Token hashes, of which the index is made.
      return ((await run(scripts.list, key(userId), [])) as unknown[]).map(String)
    },
  }
}

/** Counted by the app's clock from beginning to end, so that it doesn't matter what time it is for Redis. */
function lifeMs({ createdAt }: Session, end: Date): string {
  return String(Math.max(1, end.getTime() - createdAt.getTime()))
}
