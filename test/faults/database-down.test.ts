import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth } from '../../src/index.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { audit, check, logIn, logOut, send, startCrowd } from './crowd.ts'
import { seconds, tell } from './fault-report.ts'
import { type Answer, type Ledger, createLedger } from './ledger.ts'
import { type NetworkStorage, networkKinds } from './storages.ts'
import { createUsers, healAfter, openAuth, toSeconds } from './world.ts'

/** Of the drivers, by default. */
const poolSize = 10

let storage: NetworkStorage
let auth: Auth
let app: AppProcess
let usernames: string[]
let cookie: string
let otherCookie: string

/** What a user meets while the database is away. */
async function knock(): Promise<Answer[]> {
  return Promise.all([check(app.url, cookie), logIn(app.url, 'user0'), logOut(app.url, otherCookie)])
}

function factsOf({ status, headers }: Answer): object {
  return { status, hasRetryAfter: headers.has('retry-after'), cookies: headers.getSetCookie() }
}

const refused = { status: 503, hasRetryAfter: true, cookies: [] }

async function killOften(ledger: Ledger): Promise<number> {
  const crowd = startCrowd({ urls: [app.url], usernames, ledger, clients: 32 })
  const until = performance.now() + seconds(0) * 1000
  let kills = 0
  while (kills < 5 || performance.now() < until) {
    await pause(300 + Math.random() * 700)
    await storage.server.kill()
    await storage.server.start()
    kills += 1
  }
  await crowd.disperse()
  return kills
}

for (const { name, isMissing, open } of networkKinds) {
  describe.skipIf(isMissing())(`a server whose ${name} is away`, () => {
    beforeEach(async () => {
      storage = await open()
      auth = openAuth(storage)
      usernames = await createUsers(auth, 16)
      app = await startApp(storage.environment)
      cookie = (await logIn(app.url, 'user0')).cookie ?? ''
      otherCookie = (await logIn(app.url, 'user0')).cookie ?? ''
    })

    afterEach(async () => {
      await app.kill()
      await auth.close()
      await storage.close()
    })

    it('answers 503, keeps the cookies and the public pages, and goes on by itself (F3)', async (context) => {
      const ledger = createLedger()
      const crowd = startCrowd({ urls: [app.url], usernames, ledger, clients: 32 })
      await pause(1000)
      await storage.proxy.goDown()
      const first = await knock()
      const openPage = await send(`${app.url}/`)
      await pause(seconds(3) * 1000)
      const last = await knock()
      await storage.proxy.comeUp()
      const healedMs = await healAfter(app.url, cookie)
      await crowd.disperse()
      await audit(app.url, ledger)

      const { unavailable, lost, undone, wrong, slowestRefusalMs } = ledger.figures()
      tell(
        context,
        `F3 ${name} refuses connections for ${seconds(3)} s: ${unavailable} answers of 503, the slowest in ` +
          `${toSeconds(slowestRefusalMs)}; ${lost} logins lost, ${undone} logouts undone; healed in ${toSeconds(healedMs)}`,
      )
      expect([...first, ...last].map(factsOf)).toEqual(Array.from({ length: 6 }, () => refused))
      expect(openPage.status).toBe(200)
      expect({ lost, undone, wrong }).toEqual({ lost: 0, undone: 0, wrong: [] })
      expect(slowestRefusalMs).toBeLessThan(5000)
      expect(storage.proxy.connections()).toBeLessThanOrEqual(poolSize)
      expect(healedMs).toBeLessThan(5000)
    })

    it('loses nothing when the database itself is killed, and goes on by itself (F1, F3)', async (context) => {
      const ledger = createLedger()
      const kills = await killOften(ledger)
      const healedMs = await healAfter(app.url, cookie)
      await audit(app.url, ledger)

      const { logins, logouts, lost, undone, wrong, unavailable } = ledger.figures()
      tell(
        context,
        `F3 kill -9 of ${name} itself x${kills}: ${logins} acknowledged logins, ${lost} lost; ${logouts} acknowledged ` +
          `logouts, ${undone} undone; ${unavailable} answers of 503; healed in ${toSeconds(healedMs)}`,
      )
      expect({ lost, undone, wrong }).toEqual({ lost: 0, undone: 0, wrong: [] })
      expect(logouts).toBeGreaterThan(20)
      expect(healedMs).toBeLessThan(5000)
    })

    it('answers 503 in time while the database stalls, its event loop free, and goes on (F4)', async (context) => {
      const ledger = createLedger()
      const before = await app.usage()
      const crowd = startCrowd({ urls: [app.url], usernames, ledger, clients: 32 })
      await pause(1000)
      storage.proxy.stall()
      await app.usage()
      const first = await knock()
      await pause(seconds(6) * 1000)
      const during = await app.usage()
      storage.proxy.resume()
      const healedMs = await healAfter(app.url, cookie)
      await crowd.disperse()
      await audit(app.url, ledger)

      const { unavailable, lost, undone, wrong, slowestRefusalMs } = ledger.figures()
      const grownMiB = Math.round((during.rssBytes - before.rssBytes) / 2 ** 20)
      tell(
        context,
        `F4 ${name} stalls for ${seconds(6)} s: ${unavailable} answers of 503, the slowest in ${toSeconds(slowestRefusalMs)}; ` +
          `event loop delay p99 ${Math.round(during.loopDelayMs.p99)} ms; ${lost} logins lost, ${undone} logouts undone; ` +
          `healed in ${toSeconds(healedMs)}`,
      )
      expect(first.map(factsOf)).toEqual([refused, refused, refused])
      expect({ lost, undone, wrong }).toEqual({ lost: 0, undone: 0, wrong: [] })
      expect(slowestRefusalMs).toBeLessThan(8000)
      expect(storage.proxy.connections()).toBeLessThanOrEqual(poolSize)
      expect(during.loopDelayMs.p99).toBeLessThan(100)
      expect(grownMiB).toBeLessThan(100)
      expect(healedMs).toBeLessThan(5000)
    })
  })
}
