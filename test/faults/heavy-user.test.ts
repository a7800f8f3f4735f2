import { Redis } from 'ioredis'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth, User } from '../../src/index.ts'
import { type Dialect, mysqlDialect, postgresDialect, sqliteDialect } from '../../src/stores/sql/dialect.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { check, logIn, logOut, password } from './crowd.ts'
import { tell } from './fault-report.ts'
import { type Looks, askUntil } from './flood.ts'
import { type Storage, storageKinds } from './storages.ts'
import { countHalves, openAuth, toSeconds } from './world.ts'

const many = 100_000
const batch = 5_000
/** An event loop that is late by more than this holds others up. */
const latestMs = 100

let storage: Storage
let auth: Auth
let app: AppProcess
let ann: User

/** One session for each millisecond before now, newest first; they live for a day more. */
async function fillSql(dialect: Dialect, series: string): Promise<void> {
  const nowMs = Date.now()
  const instant = (ms: string): string => dialect.toInstant(`(${ms})`)
  const end = instant(`${nowMs + 86_400_000}`)
  await storage.database.run(`
    INSERT INTO latchkey_session (id, token_hash, created_at, expires_at, max_expires_at, user_id, generation)
    SELECT concat('id', i), concat('hash', i), ${instant(`${nowMs} - i`)}, ${end}, ${end}, '${ann.id}', ${ann.sessionGeneration}
    FROM (${series}) AS rows_to_be`)
}

async function fillRedis(url: string): Promise<void> {
  const redis = new Redis(url)
  const nowMs = Date.now()
  const end = nowMs + 86_400_000
  const script = `
    for i = tonumber(ARGV[3]), tonumber(ARGV[4]) do
      local created = string.format('%.0f', tonumber(ARGV[5]) - i)
      redis.call('HSET', 'latchkey:session:hash' .. i, 'id', 'id' .. i, 'userId', ARGV[1], 'generation', ARGV[2],
        'createdAt', created, 'expiresAt', ARGV[6], 'maxExpiresAt', ARGV[6])
      redis.call('PEXPIRE', 'latchkey:session:hash' .. i, 86400000)
      redis.call('ZADD', KEYS[1], created, 'id' .. i .. ':hash' .. i .. ':' .. ARGV[6])
    end`
  const { id, sessionGeneration } = ann
  for (let from = 1; from <= many; from += batch) {
    const values = [id, sessionGeneration, from, from + batch - 1, nowMs, end]
    await redis.eval(script, 1, `latchkey:sessions:${id}:${sessionGeneration}`, ...values)
  }
  await redis.pexpire(`latchkey:sessions:${id}:${sessionGeneration}`, 86_400_000)
  redis.disconnect()
}

const fill: Readonly<Record<string, () => Promise<void>>> = {
  SQLite: () =>
    fillSql(
      sqliteDialect,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${many}) SELECT i FROM n`,
    ),
  PostgreSQL: () => fillSql(postgresDialect, `SELECT i FROM generate_series(1, ${many}) AS s(i)`),
  MariaDB: () => fillSql(mysqlDialect, `SELECT seq AS i FROM seq_1_to_${many}`),
  Redis: () => fillRedis(storage.sessionsUrl ?? ''),
}

interface Effect<Outcome> {
  readonly outcome: Outcome
  readonly looks: Looks
  readonly tookMs: number
  /** How late the event loop was. */
  readonly late: { readonly p99: number; readonly max: number }
}

/** What another user, and the event loop, notice of it. */
async function during<Outcome>(cookie: string, work: () => Promise<Outcome>): Promise<Effect<Outcome>> {
  await app.usage()
  const startedAt = performance.now()
  const working = work()
  const over = working.then(() => pause(100))
  const looks = await askUntil(over, { everyMs: 5, right: 200, ask: () => check(app.url, cookie) })
  const outcome = await working
  const tookMs = performance.now() - startedAt
  const { loopDelayMs } = await app.usage()
  return { outcome, looks, tookMs, late: loopDelayMs }
}

async function inTurn<Outcome>(times: number, work: () => Promise<Outcome>): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  while (outcomes.length < times) outcomes.push(await work())
  return outcomes
}

function describeEffect(name: string, { looks, late }: Effect<unknown>): string {
  return `${name} (others’ p99 ${looks.p99Ms.toFixed(0)} ms, event loop ${late.p99.toFixed(0)} ms late, ${late.max.toFixed(0)} at most)`
}

for (const { name, isMissing, open } of storageKinds) {
  describe.skipIf(isMissing())(`a user with ${many} sessions in ${name}`, () => {
    beforeEach(async () => {
      storage = await open()
      auth = openAuth(storage)
      ann = await auth.users.create({ username: 'ann', password })
      await auth.users.create({ username: 'bob', password })
      app = await startApp(storage.environment)
      await fill[name]?.()
    })

    afterEach(async () => {
      await app.kill()
      await auth.close()
      await storage.close()
    })

    it('is listed, logged in and out, ended and deleted, and holds nobody up (F37)', async (context) => {
      const userId = ann.id
      const bob = (await logIn(app.url, 'bob')).cookie ?? ''
      await check(app.url, bob)
      const idle = await during(bob, () => pause(2000))
      const list = await during(bob, () => inTurn(20, () => app.obey({ verb: 'list', userId })))
      const afterMs = Date.now() - many * 0.9
      const deep = await during(bob, () => inTurn(20, () => app.obey({ verb: 'list', userId, afterMs })))
      const login = await during(bob, () => inTurn(10, () => logIn(app.url, 'ann')))
      const cookies = login.outcome.map(({ cookie }) => cookie ?? '')
      const logout = await during(bob, () => Promise.all(cookies.map((cookie) => logOut(app.url, cookie))))
      const endAll = await during(bob, () => app.obey({ verb: 'endAll', userId }))
      const empty = await during(bob, () => inTurn(20, () => app.obey({ verb: 'list', userId })))
      const deletion = await during(bob, () => app.obey({ verb: 'delete', userId }))
      const effects = {
        'a page': list,
        'a late page': deep,
        login,
        logout,
        'end all': endAll,
        'no page': empty,
        deletion,
      }
      const told = Object.entries(effects).map(([what, effect]) => describeEffect(what, effect))

      tell(
        context,
        `F37 ${name}, a user with ${many} sessions: ${describeEffect('before', idle)}; ${told.join(', ')}; ` +
          `deleted in ${toSeconds(deletion.tookMs)}, ${await countHalves(storage)} halves left`,
      )
      expect(new Set(list.outcome.map(({ count }) => count))).toEqual(new Set([100]))
      expect(new Set(deep.outcome.map(({ count }) => count))).toEqual(new Set([100]))
      expect(login.outcome.map(({ status }) => status)).toEqual(Array(10).fill(303))
      expect(logout.outcome.map(({ status }) => status)).toEqual(Array(10).fill(303))
      expect([endAll.outcome.count, deletion.outcome.count]).toEqual([1, 1])
      expect(new Set(empty.outcome.map(({ count }) => count))).toEqual(new Set([0]))
      expect(await countHalves(storage)).toBe(0)
      const all = Object.values(effects)
      expect(all.map(({ looks }) => looks.refused)).toEqual(all.map(() => 0))
      expect(all.filter(({ late }) => late.p99 >= latestMs)).toEqual([])
      expect(all.filter(({ looks }) => looks.p99Ms >= 500)).toEqual([])
    })
  })
}
