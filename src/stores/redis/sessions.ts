import { ConfigError } from '../../errors.ts'
import type { SeparateSessions } from '../../session/separate-sessions.ts'
import type { Session, SessionPosition } from '../../session/session-store.ts'
import { probeText } from '../drivers/probe.ts'
import { type RedisClient, scriptRunner } from './client.ts'
import { createFindAll } from './find-all.ts'
import { createIndex, lifeMs } from './index-of-user.ts'
import { toOpenError } from './errors.ts'
import { scripts } from './scripts.ts'
import { fromFields, toFields } from './session-fields.ts'

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
  const findAll = createFindAll(run, sessionKey)

  async function find(tokenHash: string): Promise<Session | null> {
    // As many values as the script names fields.
    const reply = (await run(scripts.find, sessionKey(tokenHash), [])) as unknown[]
    return fromFields(tokenHash, reply)
  }

  return {
    async open(onRisk) {
      try {
        const server = readDescription(await run(scripts.describeServer, sessionKey(''), [probeText]))
        if (/^maxmemory_policy:(?!noeviction)/m.test(server)) onRisk('eviction')
        if (/^aof_enabled:0/m.test(server)) onRisk('no_log')
      } catch (error) {
        throw toOpenError(error)
      }
    },

    async close() {},

    async create(session) {
      const life = lifeMs(session, session.expiresAt)
      await run(scripts.create, sessionKey(session.tokenHash), [life, ...toFields(session)])
      // Behind it, so that an entry without a session is one whose session has gone.
      await index.add(session)
    },

    find,
    findAll,

    async extend(tokenHash, now, expiresAt) {
      const values = [String(now.getTime()), String(expiresAt.getTime())]
      return Number(await run(scripts.extend, sessionKey(tokenHash), values)) === 1
    },

    async delete(tokenHash) {
      // As many values as the script names fields.
      const session = fromFields(tokenHash, (await run(scripts.delete, sessionKey(tokenHash), [])) as unknown[])
      if (session !== null) await index.remove(session, [session])
      return session !== null
    },

    async findById(userId, generation, id) {
      const tokenHash = await index.find({ userId, generation }, id)
      return tokenHash === null ? null : find(tokenHash)
    },

    async listByUser(userId, generation, now, after, limit) {
      const page: Session[] = []
      for (let offset = 0; ;) {
        const entries = await index.list({ userId, generation }, after, offset, limit)
        const found = await findAll(entries.map(({ tokenHash }) => tokenHash))
        const gone = entries.filter(({ id }) => !found.some((session) => session.id === id))
        await index.remove({ userId, generation }, gone)
        page.push(...found.filter((session) => isLive(session, now) && isBehind(session, after)))
        if (page.length >= limit || entries.length < limit) return page.toSorted(newestFirst).slice(0, limit)
        offset += entries.length - gone.length
      }
    },

    // Redis forgets them by itself.
    deleteExpired: async () => 0,
  }
}

/** A client may have been told to make something else of replies. */
function readDescription(reply: unknown): string {
  if (Array.isArray(reply) && String(reply[0]) === probeText && reply[1] === null) return String(reply[2])
  throw new ConfigError(
    'The Redis client changes what Redis replies. Use one whose replies are as its package gives them.',
  )
}

function isLive({ expiresAt, maxExpiresAt }: Session, now: Date): boolean {
  return expiresAt > now && maxExpiresAt > now
}

function isBehind(session: Session, after: SessionPosition | null): boolean {
  return after === null || newestFirst(after, session) < 0
}

// Ids are of plain letters, which all orders agree on.
function newestFirst(a: SessionPosition, b: SessionPosition): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || (a.id === b.id ? 0 : a.id > b.id ? -1 : 1)
}
