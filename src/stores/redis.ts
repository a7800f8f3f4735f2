export { type RedisSessionsOptions, redisSessions } from './redis/sessions.ts'
export type { RedisClient } from './redis/client.ts'
