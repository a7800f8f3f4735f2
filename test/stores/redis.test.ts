import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe } from 'vitest'
import { type RedisClient, redisSessions } from '../../src/stores/redis.ts'
import { sqliteStore } from '../../src/stores/sqlite.ts'
import { sessionStoreContract } from '../../src/testing/contracts.ts'
import { isMissing, redisUrl } from '../servers.ts'

const prefix = `latchkey_test_${randomUUID().replaceAll('-', '')}`

describe.skipIf(await isMissing('Redis', redisUrl))('redisSessions beside users in SQLite', () => {
  const ioredis = new Redis(redisUrl, { lazyConnect: true })
  const nodeRedis = createClient({ url: redisUrl })

  beforeAll(async () => {
    await ioredis.connect()
    await nodeRedis.connect()
  })

  afterAll(async () => {
    const keys = await ioredis.keys(`${prefix}:*`)
    if (keys.length > 0) await ioredis.del(keys)
    ioredis.disconnect()
    nodeRedis.destroy()
  })

  const createStore = (client: RedisClient) => async () => ({
    ...sqliteStore({ path: ':memory:' }),
    sessions: redisSessions(client, { prefix }),
  })

  sessionStoreContract('SQLite with Redis by ioredis', createStore(ioredis), { forgetsExpired: true })
  sessionStoreContract('SQLite with Redis by redis', createStore(nodeRedis), { forgetsExpired: true })
})
