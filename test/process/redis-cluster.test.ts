import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
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
    const nodes = cluster.primaries.map(({ port }) => ({ host: '127.0.0.1', port }))
    // Set to what would be wrong for sessions.
    ioredis = new Cluster(nodes, { scaleReads: 'slave' })
    nodeRedis = createCluster({ rootNodes: cluster.primaries.map(({ url }) => ({ url })), useReplicas: true })
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
    async function startSessions(prefix: string, count: number) {
      const store = { ...memoryStore(), sessions: redisSessions(client(), { prefix }) }
      const auth = createAuth({ store, onEvent() {} })
      const ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
      const start = async (): Promise<string> => (await auth.sessions.start(ann))?.token ?? ''
      const tokens = await Promise.all(Array.from({ length: count }, start))
      const findAll = () => Promise.allSettled(tokens.map((token) => auth.sessions.find(token)))
      return { auth, ann, tokens, findAll }
    }

    it('spreads sessions over all nodes, and finds and lists each of them', async () => {
      const { auth, ann, tokens } = await startSessions('spread', 60)
      const found = await Promise.all(tokens.map((token) => auth.sessions.find(token)))

      expect(found.map((each) => each?.user)).toEqual(tokens.map(() => ann))
      expect(await auth.sessions.list(ann.id)).toHaveLength(60)
      expect(Math.min(...cluster.primaries.map(({ run }) => Number(run('dbsize'))))).toBeGreaterThan(5)
    })

    it('asks no replica, which might not have heard of a logout (F17, row 6)', async () => {
      const { findAll } = await startSessions('replicas', 30)
      for (const replica of cluster.replicas) replica.stall()
      const outcomes = await findAll()
      for (const replica of cluster.replicas) replica.goOn()

      expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 'fulfilled'))
    })

    it('loses no session, and brings none back, while slots move to another node (row 16)', async () => {
      const { auth, tokens } = await startSessions('moving', 200)
      const moving = cluster.moveSlots(300)
      const found = await Promise.all(
        tokens.map(async (token, index) => {
          await pause(index * 5)
          const before = await auth.sessions.find(token)
          await auth.sessions.end(token)
          return [before !== null, (await auth.sessions.find(token)) !== null]
        }),
      )
      await moving

      expect(found).toEqual(tokens.map(() => [true, false]))
    })

    it('is unavailable while a node is down, and heals by itself (F3, F6)', async () => {
      const { findAll } = await startSessions('down', 30)
      const [node] = cluster.primaries
      await node?.kill()
      const outcomes = await findAll()
      await node?.start()
      await waitUntil(cluster.isComplete)
      const healed = await untilAllAnswer(findAll)

      const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
      expect(reasons.length).toBeGreaterThan(0)
      expect(reasons.filter((reason) => !(reason instanceof UnavailableError))).toEqual([])
      expect(healed.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === null)).toEqual([])
    })
  })
})

async function untilAllAnswer<Outcome extends PromiseSettledResult<unknown>>(
  ask: () => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const outcomes = await ask()
  return outcomes.every(({ status }) => status === 'fulfilled') ? outcomes : untilAllAnswer(ask)
}
