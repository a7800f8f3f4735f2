import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startApp } from './app-process.ts'
import { check, logIn, send, startCrowd } from './crowd.ts'
import { seconds, tell } from './fault-report.ts'
import { createLedger } from './ledger.ts'
import { openSqlite } from './storages.ts'
import { createUsers, healAfter, openAuth, toSeconds } from './world.ts'

async function lookFor(milliseconds: number, url: string, cookie: string): Promise<{ looks: number; refused: number }> {
  const until = performance.now() + milliseconds
  let looks = 0
  let refused = 0
  for (; performance.now() < until; looks += 1) {
    const { status } = await check(url, cookie)
    if (status !== 200) refused += 1
    await pause(5)
  }
  return { looks, refused }
}

it('goes on with session checks while another process locks the SQLite file, and waits without blocking (F8)', async (context) => {
  const storage = await openSqlite()
  const auth = openAuth(storage)
  const usernames = await createUsers(auth, 8)
  const app = await startApp(storage.environment)
  const cookie = (await logIn(app.url, 'user0')).cookie ?? ''
  const ledger = createLedger()
  const lock = await storage.database.hold('UPDATE latchkey_user SET admin = admin')
  await app.usage()
  const crowd = startCrowd({ urls: [app.url], usernames, ledger, clients: 16 })
  const { looks, refused } = await lookFor(seconds(6) * 1000, app.url, cookie)
  const openPage = await send(`${app.url}/`)
  const { loopDelayMs } = await app.usage()
  await lock.letGo()
  const login = await logIn(app.url, 'user1')
  await crowd.disperse()
  const healedMs = await healAfter(app.url, cookie)
  await app.kill()
  await auth.close()
  await storage.close()

  const { unavailable, slowestRefusalMs, wrong } = ledger.figures()
  tell(
    context,
    `F8 SQLite locked for ${seconds(6)} s: ${looks} session checks, ${refused} refused; ${unavailable} writes answered ` +
      `with 503, the slowest in ${toSeconds(slowestRefusalMs)}; event loop delay p99 ${Math.round(loopDelayMs.p99)} ms`,
  )
  expect(refused).toBe(0)
  expect(unavailable).toBeGreaterThan(0)
  expect(wrong).toEqual([])
  expect(openPage.status).toBe(200)
  expect(login.status).toBe(303)
  expect(healedMs).toBeLessThan(1000)
  expect(loopDelayMs.p99).toBeLessThan(100)
})
