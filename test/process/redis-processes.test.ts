import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Auth, createAuth } from '../../src/index.ts'
import { httpContract } from '../../src/testing/http-contract.ts'
import { type TestDatabase, createSqliteDatabase } from '../databases.ts'
import { runCli } from './cli-process.ts'
import { onNode, startExample } from './example.ts'
import { type RedisServer, isRedisServerMissing, startRedis } from './redis-servers.ts'

interface Answer {
  readonly username: string | null
  readonly token: string | null
}

describe.skipIf(isRedisServerMissing('processes that share sessions in Redis'))('SESSIONS_URL', () => {
  let server: RedisServer
  let contractDatabase: TestDatabase | null = null
  let database: TestDatabase
  let auth: Auth
  let children: ChildProcess[] = []

  beforeAll(async () => {
    server = await startRedis()
    vi.stubEnv('SESSIONS_URL', server.url)
  })

  afterAll(async () => {
    vi.unstubAllEnvs()
    await contractDatabase?.drop()
    await server.stop()
  })

  beforeEach(async () => {
    database = await createSqliteDatabase()
    auth = createAuth({ store: database.url })
  })

  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    children = []
    await auth.close()
    await database.drop()
  })

  function startChild(): (verb: string, value?: string) => Promise<Answer> {
    const child = fork(join(import.meta.dirname, 'store-child.ts'), [database.url])
    children.push(child)
    return async (verb, value = '') => {
      child.send({ verb, value })
      const [answer] = (await once(child, 'message')) as [Answer]
      return answer
    }
  }

  it('lets processes share sessions, and see at once what another one ended (F16, F17, rows 6, 15)', async () => {
    await auth.users.create({ username: 'ann', password: 'correct horse battery' })
    const [one, other] = [startChild(), startChild()]
    const { token } = await one('start', 'ann')

    expect((await other('find', token ?? '')).username).toBe('ann')
    await one('end', token ?? '')
    expect((await other('find', token ?? '')).username).toBeNull()
  })

  it('lets them see at once that all sessions of a user were ended (rows 19, 22)', async () => {
    const ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
    const child = startChild()
    const { token } = await child('start', 'ann')
    await auth.users.setPassword(ann.id, 'another horse battery')

    expect((await child('find', token ?? '')).username).toBeNull()
  })

  it('leaves the table of sessions empty', async () => {
    const ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
    await auth.sessions.start(ann)

    expect(await database.run('SELECT * FROM latchkey_session')).toEqual([])
    expect(await auth.sessions.list(ann.id)).toHaveLength(1)
  })

  it('is where the command line finds sessions', async () => {
    const ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
    const { token = '', session } = (await auth.sessions.start(ann)) ?? {}
    const env = { DATABASE_URL: database.url, SESSIONS_URL: server.url }
    const listed = await runCli('.', ['session', 'list', 'ann', '--json'], { env })
    const ended = await runCli('.', ['session', 'end', 'ann', session?.id ?? ''], { env })

    expect(JSON.parse(listed.stdout)).toMatchObject([{ id: session?.id }])
    expect(ended.code).toBe(0)
    expect(await auth.sessions.find(token)).toBeNull()
  })

  it('is not looked at beside a store that is an object', async () => {
    const { memoryStore } = await import('../../src/stores/memory.ts')
    const apart = createAuth({ store: memoryStore() })
    const ann = await apart.users.create({ username: 'ann', password: 'correct horse battery' })
    const keys = server.run('dbsize')
    await apart.sessions.start(ann)

    expect(server.run('dbsize')).toBe(keys)
  })

  httpContract(
    'node:http with Redis',
    (settings) => startExample(onNode('node'), settings),
    async () => {
      contractDatabase = await createSqliteDatabase()
      return contractDatabase.url
    },
  )
})
