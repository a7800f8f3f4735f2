import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Pool } from 'pg'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { type Auth, type AuthEvent, type User, type UserStore, createAuth } from '../../src/index.ts'
import type { SeparateSessions } from '../../src/session/separate-sessions.ts'
import { joinStore } from '../../src/stores/joined-store.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { postgresStore } from '../../src/stores/postgres.ts'
import { type RedisClient, redisSessions } from '../../src/stores/redis.ts'
import { sqliteStore } from '../../src/stores/sqlite.ts'
import type { Store } from '../../src/stores/store.ts'
import { deviceStoreContract, sessionStoreContract, userStoreContract } from '../../src/testing/contracts.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import { at, sessionOf, userRecord } from '../../src/testing/records.ts'
import { type TestDatabase, createPostgresDatabase, openPostgresPool } from '../databases.ts'
import { isMissing, postgresUrl, redisUrl } from '../servers.ts'
import { storeRaces } from './store-races.ts'

const run = `latchkey_test_${randomUUID().replaceAll('-', '')}`
const isPostgresMissing = await isMissing('PostgreSQL', postgresUrl)
let prefixes = 0

async function getUser(auth: Auth, username: string): Promise<User> {
  const user = await auth.users.findByIdentifier(username)
  if (user === null) throw new Error(`There is no ${username}.`)
  return user
}

/** A client of a server that says this of itself. */
function describedAs(server: string): RedisClient {
  const client = {
    eval: async (_script: string, { arguments: [probe] }: { arguments: string[] }) => [probe, null, server],
    sendCommand() {},
  }
  return client
}

/** A prefix that nobody else uses. */
function newPrefix(): string {
  prefixes += 1
  return `${run}_${prefixes}`
}

describe.skipIf(await isMissing('Redis', redisUrl))('redisSessions', () => {
  const ioredis = new Redis(redisUrl, { lazyConnect: true })
  const nodeRedis = createClient({ url: redisUrl })

  beforeAll(async () => {
    await ioredis.connect()
    await nodeRedis.connect()
  })

  afterAll(async () => {
    const keys = await ioredis.keys(`${run}*`)
    if (keys.length > 0) await ioredis.del(keys)
    ioredis.disconnect()
    nodeRedis.destroy()
  })

  const createStore = (client: RedisClient) => async () => ({
    ...sqliteStore({ path: ':memory:' }),
    sessions: redisSessions(client, { prefix: newPrefix() }),
  })

  sessionStoreContract('SQLite with Redis by ioredis', createStore(ioredis), { forgetsExpired: true })
  sessionStoreContract('SQLite with Redis by redis', createStore(nodeRedis), { forgetsExpired: true })
  userStoreContract('SQLite with Redis', createStore(ioredis))
  deviceStoreContract('SQLite with Redis', createStore(ioredis))

  const openTwo = async (): Promise<[Store, Store]> => {
    const prefix = newPrefix()
    const path = join(mkdtempSync(join(tmpdir(), 'latchkey-redis-races-')), 'latchkey.db')
    const openWith = async (client: RedisClient): Promise<Store> => {
      const store = joinStore({ ...sqliteStore({ path }), sessions: redisSessions(client, { prefix }) }, () => {})
      await store.open()
      return store
    }
    return [await openWith(ioredis), await openWith(nodeRedis)]
  }
  storeRaces('SQLite with Redis', openTwo, { forgetsExpired: true })

  describe.skipIf(isPostgresMissing)('beside users in PostgreSQL', () => {
    let database: TestDatabase
    let pool: Pool

    beforeAll(async () => {
      database = await createPostgresDatabase()
      pool = openPostgresPool(database.url)
    })

    afterAll(async () => {
      await pool.end()
      await database.drop()
    })

    sessionStoreContract(
      'PostgreSQL with Redis',
      async () => {
        const prefix = newPrefix()
        return {
          ...postgresStore(pool, { tablePrefix: `t${prefixes}_` }),
          sessions: redisSessions(ioredis, { prefix }),
        }
      },
      { forgetsExpired: true },
    )
  })

  async function createWorld(changes: (sessions: SeparateSessions) => Partial<SeparateSessions> = () => ({})) {
    const prefix = newPrefix()
    const sessions = redisSessions(ioredis, { prefix })
    const clock = createMovableClock()
    const store = { ...memoryStore(), sessions: { ...sessions, ...changes(sessions) } }
    const auth = createAuth({ store, clock, onEvent() {} })
    const ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
    return { prefix, sessions, clock, auth, ann }
  }

  it('never lets a session live that was written while all of its user’s ended (F11, row 22)', async () => {
    const reached = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const { auth, ann } = await createWorld(({ create }) => ({
      async create(session) {
        reached.resolve()
        await released.promise
        await create(session)
      },
    }))
    const starting = auth.sessions.start(ann)
    await reached.promise
    await auth.sessions.endAll(ann.id)
    released.resolve()
    const started = await starting

    expect(await auth.sessions.find(started?.token ?? '')).toBeNull()
    expect(await auth.sessions.list(ann.id)).toEqual([])
  })

  it('takes the session of a deleted user whose id comes again for nobody’s (B4)', async () => {
    const { users, ...store } = sqliteStore({ path: ':memory:' })
    const numbered: UserStore = {
      ...users,
      create: (record) => users.create({ ...record, user: { ...record.user, id: '1' } }),
    }
    const sessions = redisSessions(ioredis, { prefix: newPrefix() })
    const auth = createAuth({ store: { ...store, users: numbered, sessions }, onEvent() {} })
    const add = async (username: string): Promise<User> => {
      await auth.users.create({ username, password: 'correct horse battery' })
      return getUser(auth, username)
    }
    const ann = await add('ann')
    const started = await auth.sessions.start(ann)
    await auth.users.delete(ann.id)
    const eve = await add('eve')

    expect(eve.id).toBe(ann.id)
    expect(await auth.sessions.find(started?.token ?? '')).toBeNull()
    expect(await auth.sessions.list(eve.id)).toEqual([])
    await auth.close()
  })

  it('never extends a session that was ended since it was read (rows 16, 17; F10)', async () => {
    const reached = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const { auth, ann, clock, prefix } = await createWorld(({ extend }) => ({
      async extend(tokenHash, now, expiresAt) {
        reached.resolve()
        await released.promise
        return extend(tokenHash, now, expiresAt)
      },
    }))
    const { token = '' } = (await auth.sessions.start(ann)) ?? {}
    clock.move(3600)
    const finding = auth.sessions.find(token)
    await reached.promise
    await auth.sessions.end(token)
    released.resolve()

    expect(await finding).toBeNull()
    expect(await ioredis.keys(`${prefix}:*`)).toEqual([])
  })

  it('leaves no key of a session that was ended in a thousand races (row 16; F10)', async () => {
    const { sessions, prefix } = await createWorld()
    const { user } = userRecord('bob')
    const raced = Array.from({ length: 1_000 }, () => sessionOf(user))
    await Promise.all(raced.map((session) => sessions.create(session)))
    const others = redisSessions(nodeRedis, { prefix })
    await Promise.all(
      raced.flatMap(({ tokenHash }) => [sessions.extend(tokenHash, at(30), at(90)), others.delete(tokenHash)]),
    )

    expect(await ioredis.keys(`${prefix}:*`)).toEqual([])
  })

  it('lets exactly one of many end a session by its id', async () => {
    const { auth, ann } = await createWorld()
    const { session } = (await auth.sessions.start(ann)) ?? {}
    const ended = await Promise.all(Array.from({ length: 20 }, () => auth.sessions.endById(ann.id, session?.id ?? '')))

    expect(ended.filter(Boolean)).toEqual([true])
  })

  it('leaves no key without an end, which moves with the session', async () => {
    const { auth, ann, clock, prefix } = await createWorld()
    const { token = '' } = (await auth.sessions.start(ann)) ?? {}
    clock.move(12 * 3600)
    await auth.sessions.find(token)
    const [session = ''] = await ioredis.keys(`${prefix}:session:*`)

    expect(await ioredis.ttl(session)).toBeGreaterThan(23.9 * 3600)
    expect(await ioredis.ttl(`${prefix}:sessions:${ann.id}:${ann.sessionGeneration}`)).toBeGreaterThan(6.9 * 86_400)
    expect(await ioredis.keys(`${prefix}:*`)).toHaveLength(2)
  })

  it('forgets at a login which sessions of the user would have expired', async () => {
    const { auth, ann, clock, prefix } = await createWorld()
    await auth.sessions.start(ann)
    clock.move(8 * 86_400)
    await auth.sessions.start(ann)

    expect(await ioredis.zcard(`${prefix}:sessions:${ann.id}:${ann.sessionGeneration}`)).toBe(1)
  })

  it('lists a session less, and loses none, when the list is gone', async () => {
    const { auth, ann, prefix } = await createWorld()
    const { token = '' } = (await auth.sessions.start(ann)) ?? {}
    await ioredis.del(`${prefix}:sessions:${ann.id}:${ann.sessionGeneration}`)

    expect(await auth.sessions.list(ann.id)).toEqual([])
    expect((await auth.sessions.find(token))?.user).toEqual(ann)
    await auth.sessions.endAll(ann.id)
    expect(await auth.sessions.find(token)).toBeNull()
  })

  it('keeps no token in Redis (row 2)', async () => {
    const { auth, ann, prefix } = await createWorld()
    const { token = '', session } = (await auth.sessions.start(ann)) ?? {}
    const keys = await ioredis.keys(`${prefix}:*`)
    const kept = await ioredis.hgetall(`${prefix}:session:${session?.tokenHash}`)

    expect(kept['id']).toBe(session?.id)
    expect(JSON.stringify([keys, kept])).not.toContain(token)
    expect(await auth.sessions.find(session?.tokenHash ?? '')).toBeNull()
  })

  it('touches no key of the app’s, and takes none for a session (row 10)', async () => {
    const { sessions, prefix } = await createWorld()
    const session = sessionOf(userRecord('bob').user)
    const appKeys = [session.tokenHash, session.userId, `session:${session.tokenHash}`, `sessions:${session.userId}`]
    const appData = { id: session.id, userId: session.userId, expiresAt: '9e15', maxExpiresAt: '9e15' }
    await Promise.all(appKeys.map((key) => ioredis.hset(`${prefix}_app:${key}`, appData)))
    await Promise.all(appKeys.map((key) => ioredis.hset(key, appData)))
    const before = await sessions.find(session.tokenHash)
    await sessions.create(session)
    await sessions.extend(session.tokenHash, at(30), at(90))
    await sessions.delete(session.tokenHash)
    const left = await Promise.all(appKeys.map((key) => ioredis.hgetall(key)))
    await ioredis.del(appKeys)

    expect(before).toBeNull()
    expect(left).toEqual(appKeys.map(() => appData))
  })

  it.each(['*', 'a*', 'a:b', 'a b', '', '1a', 'x"; drop', '{a}', 'ü'])('refuses %j as a prefix (row 9)', (prefix) => {
    expect(() => redisSessions(ioredis, { prefix })).toThrow(ConfigError)
    expect(() => redisSessions(ioredis, { prefix })).toThrow(/^prefix must be/)
  })

  it('tells of what can lose sessions, once (row 97)', async () => {
    const server = 'maxmemory_policy:allkeys-lru\r\naof_enabled:0\r\n'
    const events: AuthEvent[] = []
    const sessions = redisSessions(describedAs(server))
    const auth = createAuth({ store: { ...memoryStore(), sessions }, onEvent: (event) => void events.push(event) })
    await auth.ready()
    await auth.ready()

    expect(events.map(({ type, reason }) => [type, reason])).toEqual([
      ['sessions_at_risk', 'eviction'],
      ['sessions_at_risk', 'no_log'],
    ])
  })

  it.each(['maxmemory_policy:noeviction\r\naof_enabled:1\r\n', ''])('tells of nothing at %j', async (server) => {
    const risks: string[] = []
    const sessions = redisSessions(describedAs(server))
    await sessions.open((risk) => void risks.push(risk))

    expect(risks).toEqual([])
  })
})
