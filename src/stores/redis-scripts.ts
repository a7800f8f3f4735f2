import type { Session } from '../session/session-store.ts'

/**
 * All that Redis is asked: one script each, for one key. A script is atomic, and is sent to no replica, which might not
 * have heard of a session's end.
 */
export const scripts = {
  /** Life in milliseconds, then fields and values. */
  create: `
    redis.call('HSET', KEYS[1], unpack(ARGV, 2))
    redis.call('PEXPIRE', KEYS[1], ARGV[1])`,

  find: `
    return redis.call('HMGET', KEYS[1], 'id', 'userId', 'generation', 'createdAt', 'expiresAt', 'maxExpiresAt')`,

  /** The present, then the new end. */
  extend: `
    local now, wanted = tonumber(ARGV[1]), tonumber(ARGV[2])
    local session = redis.call('HMGET', KEYS[1], 'expiresAt', 'maxExpiresAt')
    local expiresAt, maxExpiresAt = tonumber(session[1] or 0), tonumber(session[2] or 0)
    if expiresAt <= now or maxExpiresAt <= now then return 0 end
    if wanted > expiresAt then
      redis.call('HSET', KEYS[1], 'expiresAt', ARGV[2])
      redis.call('PEXPIRE', KEYS[1], wanted - now)
    end
    return 1`,

  delete: `
    local userId = redis.call('HGET', KEYS[1], 'userId')
    redis.call('DEL', KEYS[1])
    return userId`,

  /** The present, the last end, the token hash, and the life in milliseconds. Forgets what has ended by now. */
  addToIndex: `
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
    redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
    redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), ARGV[4]))`,

  removeFromIndex: `
    redis.call('ZREM', KEYS[1], ARGV[1])`,

  list: `
    return redis.call('ZRANGE', KEYS[1], 0, -1)`,

  /** Says nothing where that isn't allowed. */
  describeServer: `
    local text = ''
    for _, section in ipairs({'memory', 'persistence'}) do
      local reply = redis.pcall('INFO', section)
      if type(reply) == 'string' then text = text .. reply end
    end
    return text`,
} as const

export function sessionFields(session: Session): string[] {
  const { id, userId, generation, createdAt, expiresAt, maxExpiresAt } = session
  const fields = {
    id,
    userId,
    generation,
    createdAt: createdAt.getTime(),
    expiresAt: expiresAt.getTime(),
    maxExpiresAt: maxExpiresAt.getTime(),
  }
  return Object.entries(fields).flatMap(([name, value]) => [name, String(value)])
}

/** What `find` replied, as a session. */
export function toSession(tokenHash: string, reply: readonly unknown[]): Session | null {
  if (reply.includes(null)) return null
  const [id, userId, generation, createdAt, expiresAt, maxExpiresAt] = reply
  return {
    id: String(id),
    tokenHash,
    userId: String(userId),
    generation: Number(generation),
    createdAt: new Date(Number(createdAt)),
    expiresAt: new Date(Number(expiresAt)),
    maxExpiresAt: new Date(Number(maxExpiresAt)),
  }
}
