import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth, days } from '../../src/index.ts'
import { cleaningLease } from '../../src/cleaner.ts'
import { type FakeClock, createFakeClock, isFaketimeMissing } from '../process/fake-clock.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { check, logIn, logOut, send } from './crowd.ts'
import { tell } from './fault-report.ts'
import { type Storage, networkKinds } from './storages.ts'
import { createUsers, openAuth, toSeconds } from './world.ts'

let clock: FakeClock
let storage: Storage
let auth: Auth
let app: AppProcess

/** Its lease, the step back of five seconds, and one to notice. */
const leaseLimitMs = (cleaningLease + 5 + 1) * 1000

interface Outcome {
  /** A session that was there before; its login had the clock of the database as it was. */
  readonly before: number
  /** Login, session check, logout, and the check after it. */
  readonly after: readonly number[]
  /** For how many seconds guesses at an account are held up, before and after. */
  readonly waits: readonly [before: number, after: number]
  /** Until what a killed process began to clean up is taken over. */
  readonly takenOverMs: number
}

/** Guesses until it is told to wait; gives for how many seconds. */
async function guessOn(username: string): Promise<number> {
  for (;;) {
    const { status, headers } = await send(`${app.url}/login/`, { fields: { username, password: 'wrong password' } })
    if (status === 429) return Number(headers.get('retry-after'))
  }
}

/** As a process that is killed while it cleans up leaves it behind. */
async function leaveCleaning(): Promise<void> {
  const killed = openAuth(storage)
  if (!(await killed.wiring.cleaner.claim(cleaningLease))) throw new Error('Another process is cleaning up.')
  await killed.close()
}

/** Gives how long it takes until the next one may clean up; it sets the clock right before it gives that back. */
async function takeOver(): Promise<number> {
  const next = openAuth(storage)
  const startedAt = performance.now()
  while (!(await next.wiring.cleaner.claim(cleaningLease)) && performance.now() - startedAt < 60_000) await pause(50)
  const tookMs = performance.now() - startedAt
  clock.set(0)
  await next.wiring.cleaner.claim(0)
  await next.close()
  return tookMs
}

/** Sets the clock of the database alone, by so many seconds, once everything is under way. */
async function step(offset: number, username: string): Promise<Outcome> {
  const { cookie: old } = await logIn(app.url, 'user0')
  const waitBefore = await guessOn(username)
  await leaveCleaning()
  clock.set(offset)

  const before = await check(app.url, old ?? '')
  const login = await logIn(app.url, 'user0')
  const cookie = login.cookie ?? ''
  const checked = await check(app.url, cookie)
  const logout = await logOut(app.url, cookie)
  const ended = await check(app.url, cookie)
  const waitAfter = await guessOn(username)
  const takenOverMs = await takeOver()
  return {
    before: before.status,
    after: [login, checked, logout, ended].map(({ status }) => status),
    waits: [waitBefore, waitAfter],
    takenOverMs,
  }
}

for (const { name, isMissing, open } of networkKinds) {
  describe.skipIf(isMissing() || isFaketimeMissing())(`a database with a wrong clock, ${name}`, () => {
    beforeEach(async () => {
      clock = createFakeClock()
      storage = await open(clock.environment)
      auth = openAuth(storage)
      await createUsers(auth, 5)
      app = await startApp({ ...storage.environment, COUNTERS_URL: storage.countersUrl })
    })

    afterEach(async () => {
      await app.kill()
      await auth.close()
      await storage.close()
      clock.remove()
    })

    it('ends no session late, and holds nobody up for longer (F9)', async (context) => {
      const { cookie } = await logIn(app.url, 'user0')
      const outcomes = [
        await step(5, 'user1'),
        await step(-5, 'user2'),
        await step(days(1), 'user3'),
        await step(-days(1), 'user4'),
      ]
      await app.setClock(days(1) + 60)
      clock.set(-days(1))
      const late = await check(app.url, cookie ?? '')

      const takenOverMs = Math.max(...outcomes.map((outcome) => outcome.takenOverMs))
      tell(
        context,
        `F9 ${name} alone, its clock 5 s ahead, 5 s behind, a day ahead, a day behind: sessions from before ` +
          `${outcomes.map(({ before }) => before).join(', ')}; login, check, logout, check ${outcomes[0]?.after.join(', ')} ` +
          `each time; Retry-After before and after ${outcomes.map(({ waits }) => waits.join('-')).join(', ')} s; ` +
          `what a killed cleaner left was taken over within ${toSeconds(takenOverMs)}`,
      )
      expect(outcomes.map(({ after }) => after)).toEqual(outcomes.map(() => [303, 200, 303, 401]))
      expect(late.status).toBe(401)
      // Where a count is forgotten, one more guess is let in, and earns the next delay.
      const delayOf = (retryAfter: number): number => Math.ceil(retryAfter / 60) * 60
      expect(outcomes.filter(({ waits: [before, after] }) => after > 2 * delayOf(before))).toEqual([])
      expect(takenOverMs).toBeLessThan(leaseLimitMs)
    })
  })
}
