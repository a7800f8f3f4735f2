import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Auth, type User, UnavailableError, createAuth, minutes, protect, sessionLogin } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import type { SeparateSessions } from '../../src/session/separate-sessions.ts'
import { sessionsFromUrl } from '../../src/stores/redis/sessions-from-url.ts'
import { redisSessions } from '../../src/stores/redis.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import { type RedisServer, isRedisServerMissing, startRedis } from './redis-servers.ts'

interface Connection {
  readonly sessions: SeparateSessions
  close(): void
}

async function byIoredis(url: string): Promise<Connection> {
  const client = new Redis(url)
  client.on('error', () => {})
  return { sessions: redisSessions(client), close: () => client.disconnect() }
}

async function byNodeRedis(url: string): Promise<Connection> {
  const client = createClient({ url })
  client.on('error', () => {})
  void client.connect()
  return { sessions: redisSessions(client), close: () => client.destroy() }
}

async function byUrl(url: string): Promise<Connection> {
  return { sessions: await sessionsFromUrl(url), close() {} }
}

function isUnavailable(error: unknown): false {
  if (error instanceof UnavailableError) return false
  throw error
}

describe.skipIf(isRedisServerMissing('sessions while Redis fails')).each([
  ['a client of ioredis', byIoredis],
  ['a client of redis', byNodeRedis],
  ['a URL', byUrl],
])('sessions while Redis fails, by %s', (_name, connect) => {
  const clock = createMovableClock()
  let server: RedisServer
  let connection: Connection
  let auth: Auth
  let ann: User
  let token: string

  beforeAll(async () => {
    server = await startRedis()
  })

  afterAll(() => server.stop())

  beforeEach(async () => {
    connection = await connect(server.url)
    const store = { ...memoryStore(), sessions: connection.sessions }
    auth = createAuth({ store, clock, onEvent() {} })
    ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
    token = (await auth.sessions.start(ann))?.token ?? ''
  })

  afterEach(async () => {
    await auth.close()
    connection.close()
  })

  /** Asks until Redis answers. */
  async function heal(): Promise<void> {
    if (await auth.sessions.find(token).then(() => true, isUnavailable)) return
    await pause(100)
    await heal()
  }

  it('are unavailable while it is down, and back by themselves when it is (F3)', async () => {
    const ended = (await auth.sessions.start(ann))?.token ?? ''
    await auth.sessions.end(ended)
    await server.kill()

    await Promise.all([
      expect(auth.sessions.find(token)).rejects.toThrow(UnavailableError),
      expect(auth.sessions.start(ann)).rejects.toThrow(UnavailableError),
      expect(auth.sessions.end(ended)).rejects.toThrow(UnavailableError),
    ])
    await server.start()
    await heal()

    expect((await auth.sessions.find(token))?.user).toEqual(ann)
    expect(await auth.sessions.find(ended)).toBeNull()
  })

  it('answer 503 meanwhile, and take no cookie away (F3)', async () => {
    const app = protect(() => new Response('hello'), { auth })
    await server.kill()
    const cookie = `id=${token}`
    const body = new URLSearchParams({ username: 'ann', password: 'correct horse battery' })
    const answers = await Promise.all([
      app(new Request('http://app.example/', { headers: { cookie } })),
      sessionLogin({ auth })(new Request('http://app.example/', { method: 'POST', body, headers: { cookie } })),
    ])
    await server.start()
    await heal()

    expect(answers.map(({ status }) => status)).toEqual([503, 503])
    expect(answers.map(({ headers }) => headers.get('Retry-After'))).toEqual(['5', '5'])
    expect(answers.flatMap(({ headers }) => headers.getSetCookie())).toEqual([])
  })

  it('wait three seconds at most for an answer (F4)', async () => {
    server.stall()
    const began = performance.now()
    await expect(auth.sessions.find(token)).rejects.toThrow(UnavailableError)
    const took = performance.now() - began
    server.goOn()
    await heal()

    expect(took).toBeGreaterThan(2_000)
    expect(took).toBeLessThan(4_500)
  })

  it('are bounded in number, too, while nothing answers (F4)', async () => {
    server.stall()
    const outcomes = await Promise.allSettled(Array.from({ length: 500 }, () => auth.sessions.find(token)))
    server.goOn()
    await heal()

    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']))
  })

  it('are found, and not extended, on a primary that became a replica (F6)', async () => {
    server.run('replicaof', '127.0.0.1', '1')
    clock.move(minutes(10))
    const found = await auth.sessions.find(token)
    const start = await auth.sessions.start(ann).catch((error: unknown) => error)
    server.run('replicaof', 'no', 'one')

    expect(found?.user).toEqual(ann)
    expect(start).toBeInstanceOf(UnavailableError)
  })

  it('are found, and not extended, while its memory is full (F6)', async () => {
    server.run('config', 'set', 'maxmemory', '1')
    clock.move(minutes(10))
    const found = await auth.sessions.find(token)
    const start = await auth.sessions.start(ann).catch((error: unknown) => error)
    server.run('config', 'set', 'maxmemory', '0')

    expect(found?.user).toEqual(ann)
    expect(start).toBeInstanceOf(UnavailableError)
  })

  it('can be ended while its memory is full (row 15)', async () => {
    server.run('config', 'set', 'maxmemory', '1')
    await auth.sessions.end(token)
    server.run('config', 'set', 'maxmemory', '0')

    expect(await auth.sessions.find(token)).toBeNull()
  })
})
