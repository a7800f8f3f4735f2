import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Auth, ConfigError, type User, createAuth } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { redisSessions } from '../../src/stores/redis.ts'
import { type RedisServer, isRedisServerMissing, startRedis } from './redis-servers.ts'

describe.skipIf(isRedisServerMissing('sessions after a crash of Redis'))('sessions after a crash of Redis', () => {
  let server: RedisServer
  let redis: Redis
  let auth: Auth
  let ann: User
  let token: string

  beforeAll(async () => {
    // It writes when it is told to, and forgets in a crash what came later.
    server = await startRedis('--appendonly', 'no')
  })

  afterAll(() => server.stop())

  beforeEach(async () => {
    redis = new Redis(server.url)
    redis.on('error', () => {})
    auth = createAuth({ store: { ...memoryStore(), sessions: redisSessions(redis) }, onEvent() {} })
    ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
    token = (await auth.sessions.start(ann))?.token ?? ''
    server.run('save')
  })

  afterEach(async () => {
    await auth.close()
    redis.disconnect()
  })

  async function crash(): Promise<void> {
    await server.kill()
    await server.start()
    await redis.ping()
  }

  it('are live again when their logout was lost, as the page about Redis says (row 15)', async () => {
    await auth.sessions.end(token)
    await crash()

    expect((await auth.sessions.find(token))?.user).toEqual(ann)
  })

  it.each([
    ['all sessions of the user were ended', () => auth.sessions.endAll(ann.id)],
    ['the password was changed', () => auth.users.setPassword(ann.id, 'another horse battery')],
    ['the user was deleted', () => auth.users.delete(ann.id)],
  ])('stay ended when %s (rows 6, 19, 22)', async (_what, end) => {
    await end()
    await crash()

    expect(await auth.sessions.find(token)).toBeNull()
  })
})

describe.skipIf(isRedisServerMissing('a Redis that lets not everybody in'))(
  'a Redis that lets not everybody in',
  () => {
    let server: RedisServer

    beforeAll(async () => {
      server = await startRedis()
      server.run('acl', 'setuser', 'app', 'on', '>right', ...documentedRights)
      server.run('acl', 'setuser', 'reader', 'on', '>right', '~*', '+@read', '+info')
    })

    afterAll(() => server.stop())

    const page = readFileSync(join(import.meta.dirname, '../../docs/stores/redis.md'), 'utf8')
    const documentedRights = /`(~latchkey:[^`]+)`/.exec(page)?.[1]?.split(' ') ?? []

    async function useAs(login: string): Promise<number> {
      const auth = createAuth({
        store: memoryStore(),
        sessionsUrl: server.url.replace('//', `//${login}@`),
        onEvent() {},
      })
      try {
        await auth.ready()
        const ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
        const { token = '' } = (await auth.sessions.start(ann)) ?? {}
        const listed = await auth.sessions.list(ann.id)
        await auth.sessions.end(token)
        return listed.length
      } finally {
        await auth.close()
      }
    }

    it('serves a user with the rights that the page about Redis names', async () => {
      expect(await useAs('app:right')).toBe(1)
    })

    it.each([
      ['a wrong password', 'app:wrong', /refuses the user or the password/],
      ['rights that don’t suffice', 'reader:right', /may not do what sessions need/],
    ])('is told apart at opening from one that is down: %s', async (_what, login, sentence) => {
      await expect(useAs(login)).rejects.toThrow(ConfigError)
      await expect(useAs(login)).rejects.toThrow(sentence)
    })
  },
)
