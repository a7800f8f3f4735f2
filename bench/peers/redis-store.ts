import { RedisStore } from 'connect-redis'
import { createClient } from 'redis'
import { redisPrefix, redisUrl, setting } from '../servers/environment.ts'

/** Sessions in Redis, for express-session and @fastify/session alike. */
export async function openRedisStore(): Promise<RedisStore> {
  const client = createClient({ url: redisUrl })
  client.on('error', () => undefined)
  await client.connect()
  return new RedisStore({ client, prefix: `${redisPrefix}:`, disableTouch: setting === 'disableTouch' })
}
