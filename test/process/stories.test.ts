import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.ts'
import { type TestDatabase, createSqliteDatabase, databaseKinds } from '../databases.ts'
import { type RedisServer, isRedisServerMissing, startRedis } from './redis-servers.ts'
import { type Actor, type Outcome, createActor } from './story-actor.ts'
import { type World, checkAllTokens, stories } from './story-commands.ts'
import { createModel } from './story-model.ts'

/** Tells many stories, and holds what happens against the model; gives the shortest that ends otherwise, or `null`. */
async function findMistake(actors: readonly Actor[]): Promise<string | null> {
  let count = 0
  const property = fc.asyncProperty(stories, async (story) => {
    count += 1
    const chapter = count
    const model = createModel()
    const real: World = { actors, toName: (name) => `${name}-${chapter}`, cookies: new Map(), tokens: [] }
    await fc.asyncModelRun(() => ({ model, real }), story)
    await checkAllTokens(model, real)
  })
  return (await fc.asyncDefaultReportMessage(await fc.check(property, { numRuns: 300 }))) ?? null
}

/** A process of its own for each actor. */
function startActor(...urls: string[]): { child: ChildProcess; actor: Actor } {
  const child = fork(join(import.meta.dirname, 'story-child.ts'), urls)
  const actor: Actor = async (deed) => {
    child.send(deed)
    const [answer] = (await once(child, 'message')) as [{ outcome: Outcome } | { failure: string }]
    if ('failure' in answer) throw new Error(answer.failure)
    return answer.outcome
  }
  return { child, actor }
}

async function findMistakeOfTwo(...urls: string[]): Promise<string | null> {
  const started = [startActor(...urls), startActor(...urls)]
  try {
    return await findMistake(started.map(({ actor }) => actor))
  } finally {
    for (const { child } of started) child.kill()
  }
}

describe('stories of users and their sessions', () => {
  it('end as promised in one process with the memory store (rows 6, 15, 16, 19, 22)', async () => {
    const store = memoryStore()

    expect(await findMistake([createActor(async () => store)])).toBeNull()
  })
})

for (const { name, isMissing, createDatabase } of databaseKinds) {
  describe.skipIf(await isMissing())(`stories of users and their sessions in ${name}`, () => {
    let database: TestDatabase
    beforeAll(async () => {
      database = await createDatabase()
    })
    afterAll(() => database?.drop())

    it('end as promised in two processes (rows 6, 15, 16, 19, 22)', async () => {
      expect(await findMistakeOfTwo(database.url)).toBeNull()
    })
  })
}

describe.skipIf(isRedisServerMissing('stories with Redis'))('stories of users in SQLite and sessions in Redis', () => {
  let database: TestDatabase
  let redis: RedisServer
  beforeAll(async () => {
    database = await createSqliteDatabase()
    redis = await startRedis()
  })
  afterAll(async () => {
    await redis?.stop()
    await database?.drop()
  })

  it('end as promised in two processes (rows 6, 15, 16, 19, 22)', async () => {
    expect(await findMistakeOfTwo(database.url, redis.url)).toBeNull()
  })
})
