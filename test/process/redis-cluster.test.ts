import { randomUUID } from 'node:crypto'
import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UnavailableError, createAuth } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { type RedisClient, redisSessions } from '../../src/stores/redis.ts'
import { sqliteStore } from '../../src/stores/sqlite.ts'
import { sessionStoreContract } from '../../src/testing/contracts.ts'
import { type RedisCluster, isRedisServerMissing, startRedisCluster, waitUntil } from './redis-servers.ts'

describe.skipIf(isRedisServerMissing('sessions in a Redis Cluster'))('redisSessions in a Cluster', () => {
  let cluster: RedisCluster
  let ioredis: Cluster
  let nodeRedis: ReturnType<typeof createCluster>

  beforeAll(async () => {
    cluster = await startRedisCluster()
    ioredis = new Cluster(cluster.servers.map(({ port }) => ({ host: '127.0.0.1', port })))
    nodeRedis = createCluster({ rootNodes: cluster.servers.map(({ url }) => ({ url })) })
    nodeRedis.on('error', () => {})
    await nodeRedis.connect()
  })

  afterAll(async () => {
    ioredis.disconnect()
    nodeRedis.destroy()
    await cluster.stop()
  })

  const createStore = (client: () => RedisClient) => async () => ({
    ...sqliteStore({ path: ':memory:' }),
    sessions: redisSessions(client(), { prefix: `test_${randomUUID().replaceAll('-', '')}` }),
  })

  sessionStoreContract(
    'SQLite with a Cluster by ioredis',
    createStore(() => ioredis),
    { forgetsExpired: true },
  )
  sessionStoreContract(
    'SQLite with a Cluster by redis',
    createStore(() => nodeRedis),
    { forgetsExpired: true },
  )

  describe.each([
    ['ioredis', () => ioredis],
    ['redis', () => nodeRedis],
  ])('by the package %s', (_name, client) => {
    it('spreads sessions over all nodes, and finds each of them', async () => {
      const store = { ...memoryStore(), sessions: redisSessions(client(), { prefix: 'spread' }) }
      const auth = createAuth({ store, onEvent() {} })
      const ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
      const started = await Promise.all(Array.from({ length: 60 }, () => auth.sessions.start(ann)))
      const found = await Promise.all(started.map((each) => auth.sessions.find(each?.token ?? '')))

      expect(found.map((each) => each?.user.username)).toEqual(Array.from({ length: 60 }, () => 'ann'))
      expect(await auth.sessions.list(ann.id)).toHaveLength(60)
      expect(Math.min(...cluster.servers.map(({ run }) => Number(run('dbsize'))))).toBeGreaterThan(5)
    })

    it('is unavailable, and no other answer, while a node is down, and heals by itself (F3, F6)', async () => {
      const store = { ...memoryStore(), sessions: redisSessions(client(), { prefix: 'down' }) }
      const auth = createAuth({ store, onEvent() {} })
      const ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
      const tokens = (await Promise.all(Array.from({ length: 30 }, () => auth.sessions.start(ann)))).map(
        (each) => each?.token ?? '',
      )
      const findAll = () => Promise.allSettled(tokens.map((token) => auth.sessions.find(token)))
      const [node] = cluster.servers
      await node?.kill()
      const outcomes = await findAll()
      await node?.start()
      await waitUntil(() => cluster.servers.every(({ run }) => run('cluster', 'info').includes('cluster_state:ok')))
      const healed = await untilAllAnswer(findAll)

      const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
      expect(reasons.length).toBeGreaterThan(0)
      expect(reasons.filter((reason) => !(reason instanceof UnavailableError))).toEqual([])
      expect(healed.map(({ status }) => status)).toEqual(tokens.map(() => 'fulfilled'))
    })
  })
})

async function untilAllAnswer<Outcome extends PromiseSettledResult<unknown>>(
  ask: () => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const outcomes = await ask()
  return outcomes.every(({ status }) => status === 'fulfilled') ? outcomes : untilAllAnswer(ask)
}
