import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth, User } from '../../src/index.ts'
import { type Dialect, mysqlDialect, postgresDialect, sqliteDialect } from '../../src/stores/sql/dialect.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { check, logIn, password } from './crowd.ts'
import { seconds, tell } from './fault-report.ts'
import { type Looks, askUntil } from './flood.ts'
import { type Storage, storageKinds } from './storages.ts'
import { openAuth, toSeconds } from './world.ts'

// A cleaner deletes a few at a time, and pauses: a million where there are minutes for it.
const isLong = seconds(0) >= 300
const live = isLong ? 100_000 : 10_000
const expired = isLong ? 1_000_000 : 20_000
const idleMs = isLong ? 30_000 : 3000

const inThePast = Date.parse('2020-01-01T00:00:00Z')
const inTheFuture = Date.parse('2100-01-01T00:00:00Z')

interface Words {
  readonly dialect: Dialect
  /** Rows numbered from 1 on. */
  readonly series: (count: number) => string
}

const words: Readonly<Record<string, Words>> = {
  SQLite: {
    dialect: sqliteDialect,
    series: (count) =>
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i FROM n`,
  },
  PostgreSQL: { dialect: postgresDialect, series: (count) => `SELECT i FROM generate_series(1, ${count}) AS s(i)` },
  MariaDB: { dialect: mysqlDialect, series: (count) => `SELECT seq AS i FROM seq_1_to_${count}` },
}

let storage: Storage
let auth: Auth
let apps: AppProcess[]
let ann: User

function fill({ dialect, series }: Words, what: string, count: number, end: number): Promise<unknown> {
  const instant = dialect.toInstant(String(end))
  return storage.database.run(`
    INSERT INTO latchkey_session (id, token_hash, created_at, expires_at, max_expires_at, user_id, generation)
    SELECT concat('${what}', i), concat('${what}', i), ${instant}, ${instant}, ${instant}, '${ann.id}', ${ann.sessionGeneration}
    FROM (${series(count)}) AS rows_to_be`)
}

/** Session checks, nearly 200 in a second, and logins until something is over. */
function loadUntil(over: Promise<unknown>, url: string, cookie: string): Promise<[checks: Looks, logins: Looks]> {
  const checks = { everyMs: 4, right: 200, ask: () => check(url, cookie) }
  const logins = { everyMs: 200, right: 303, inTurn: true, ask: () => logIn(url, 'bob') }
  return Promise.all([askUntil(over, checks), askUntil(over, logins)])
}

function describeLoad(what: string, during: Looks, idle: Looks): string {
  const p99 = `p99 ${during.p99Ms.toFixed(1)} ms, ${idle.p99Ms.toFixed(1)} ms before`
  return `${what} ${during.refused} of ${during.count} refused, ${p99}`
}

function describeBatches(batchesMs: readonly number[]): string {
  const sorted = batchesMs.toSorted((a, b) => a - b)
  const [p95 = 0, p99 = 0] = [0.95, 0.99].map((share) => sorted[Math.floor(sorted.length * share)])
  const slow = sorted.filter((each) => each >= 20).length
  return `a batch in ${p95.toFixed(1)} ms (p95), ${p99.toFixed(1)} ms (p99), ${slow} of ${sorted.length} in 20 ms or more`
}

/** The rows of ann, who doesn't log in meanwhile. */
async function countRows(): Promise<number> {
  const rows = `SELECT count(*) AS sessions FROM latchkey_session WHERE user_id = '${ann.id}'`
  const [row] = (await storage.database.run(rows)) as { sessions: number | string }[]
  return Number(row?.sessions)
}

for (const { name, isMissing, open } of storageKinds.filter((kind) => kind.name in words)) {
  describe.skipIf(isMissing())(`${expired} expired sessions in ${name}`, () => {
    beforeEach(async () => {
      storage = await open()
      auth = openAuth(storage)
      ann = await auth.users.create({ username: 'ann', password })
      await auth.users.create({ username: 'bob', password })
      apps = await Promise.all([startApp(storage.environment), startApp(storage.environment)])
    })

    afterEach(async () => {
      await Promise.all(apps.map((app) => app.kill()))
      await auth.close()
      await storage.close()
    })

    it('are refused, and deleted by two servers of which one is killed, while others are served (F15)', async (context) => {
      const [one, other] = apps as [AppProcess, AppProcess]
      const { dialect } = words[name] as Words
      const old = await auth.sessions.start(ann)
      const oldId = `id = '${old?.session.id}'`
      await storage.database.run(
        `UPDATE latchkey_session SET expires_at = ${dialect.toInstant(String(inThePast))} WHERE ${oldId}`,
      )
      await fill(words[name] as Words, 'old', expired, inThePast)
      await fill(words[name] as Words, 'live', live, inTheFuture)
      const cookie = (await logIn(one.url, 'ann')).cookie ?? ''
      const refusal = await check(one.url, `id=${old?.token}`)
      const [idle, idleLogins] = await loadUntil(pause(idleMs), one.url, cookie)
      const all = await countRows()
      await one.usage()
      const killed = other.cleanUp().catch(() => 'killed')
      await pause(200)
      const cleaning = one.cleanUp()
      const loading = loadUntil(cleaning, one.url, cookie)
      await pause(1000)
      await other.kill()
      // What the database was told before is done.
      await pause(500)
      const leftByKilled = await countRows()
      const { batchesMs, deleted, tookMs } = await cleaning
      const [looks, logins] = await loading
      const { loopDelayMs } = await one.usage()
      const left = await countRows()

      tell(
        context,
        `F15 ${name}, ${expired} expired sessions beside ${live} live ones: ${all - leftByKilled} deleted by a server that ` +
          `is killed, all gone in ${toSeconds(tookMs)}; ${describeBatches(batchesMs)}; event loop ` +
          `delay p99 ${loopDelayMs.p99.toFixed(0)} ms, at most ${loopDelayMs.max.toFixed(0)} ms; ` +
          `${describeLoad('session checks', looks, idle)}; ${describeLoad('logins', logins, idleLogins)}; ` +
          `${left - 1} of ${live} live ones left`,
      )
      expect(refusal.status).toBe(401)
      expect(await killed).toBe('killed')
      expect(all - leftByKilled).toBeGreaterThan(0)
      // Whoever waits for another to clean up deletes nothing meanwhile. Later, the server's own cleaner helps.
      expect(deleted).toBeGreaterThan(0)
      expect(deleted).toBeLessThanOrEqual(leftByKilled - left)
      expect(left).toBe(live + 1)
      expect([looks.refused, logins.refused]).toEqual([0, 0])
      expect(tookMs).toBeLessThan(600_000)
    })
  })
}
