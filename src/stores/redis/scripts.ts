import { fieldNames } from './session-fields.ts'

type ScriptName =
  | 'create'
  | 'find'
  | 'findAll'
  | 'extend'
  | 'delete'
  | 'addToIndex'
  | 'removeFromIndex'
  | 'list'
  | 'scan'
  | 'describeServer'

/**
 * All that Redis is asked: one script each, for one key but where said. A script is atomic, and is sent to no replica, which might not
 * have heard of a session's end.
 */
export const scripts: Readonly<Record<ScriptName, string>> = {
  /** Life in milliseconds, then fields and values. */
  create: `
    redis.call('HSET', KEYS[1], unpack(ARGV, 2))
    redis.call('PEXPIRE', KEYS[1], ARGV[1])`,

  find: `
    return redis.call('HMGET', KEYS[1], ${fieldNames})`,

  /** Of any number of keys. */
  findAll: `
    local found = {}
    for i, key in ipairs(KEYS) do
      found[i] = redis.call('HMGET', key, ${fieldNames})
    end
    return found`,

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

  /** Replies with what was there, as `find` does. */
  delete: `
    local session = redis.call('HMGET', KEYS[1], ${fieldNames})
    redis.call('DEL', KEYS[1])
    return session`,

  /**
   * The beginning of a session, which is the present, its entry, and its life in milliseconds. Forgets what has ended by now,
   * of the oldest: an entry ends with the end of its session.
   */
  addToIndex: `
    for _, entry in ipairs(redis.call('ZRANGE', KEYS[1], 0, 19)) do
      if tonumber(string.match(entry, '%d+$')) <= tonumber(ARGV[1]) then redis.call('ZREM', KEYS[1], entry) end
    end
    redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
    redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), ARGV[3]))`,

  removeFromIndex: `
    redis.call('ZREM', KEYS[1], unpack(ARGV))`,

  /** The last instant, how many to pass over, and how many to give: newest first. */
  list: `
    return redis.call('ZREVRANGEBYSCORE', KEYS[1], ARGV[1], '-inf', 'LIMIT', ARGV[2], ARGV[3])`,

  /** A cursor, and a pattern. Looks at about a thousand entries, and gives the next cursor, which is 0 at the end. */
  scan: `
    return redis.call('ZSCAN', KEYS[1], ARGV[1], 'MATCH', ARGV[2], 'COUNT', 1000)`,

  /** Replies with the value, with nothing, and with what the server says of itself, which is nothing where that isn't allowed. */
  describeServer: `
    local text = ''
    for _, section in ipairs({'memory', 'persistence'}) do
      local reply = redis.pcall('INFO', section)
      if type(reply) == 'string' then text = text .. reply end
    end
    return {ARGV[1], false, text}`,
}
