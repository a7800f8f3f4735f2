import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth } from '../../src/index.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { check, logIn, logOut, send } from './crowd.ts'
import { tell } from './fault-report.ts'
import { type NetworkStorage, networkKinds } from './storages.ts'
import { createUsers, healAfter, openAuth, toSeconds } from './world.ts'

let storage: NetworkStorage
let auth: Auth
let app: AppProcess

async function writeAfter(url: string): Promise<number> {
  const startedAt = performance.now()
  while ((await logIn(url, 'user0')).status !== 303) await pause(50)
  return performance.now() - startedAt
}

for (const { name, isMissing, open } of networkKinds) {
  describe.skipIf(isMissing())(`a server whose ${name} takes no writes`, () => {
    beforeEach(async () => {
      storage = await open()
      auth = openAuth(storage)
      await createUsers(auth, 1)
      // Every look is due to extend the session.
      app = await startApp({ ...storage.environment, SESSION_EXPIRY: '30' })
    })

    afterEach(async () => {
      await app.kill()
      await auth.close()
      await storage.close()
    })

    it('goes on with session checks, refuses logins and logouts with 503, and goes on by itself (F6)', async (context) => {
      const cookie = (await logIn(app.url, 'user0')).cookie ?? ''
      await pause(1600)
      await storage.refuseWrites()
      await healAfter(app.url, cookie)
      const looks = await Promise.all(Array.from({ length: 50 }, () => check(app.url, cookie)))
      const openPage = await send(`${app.url}/`)
      const [login, logout] = await Promise.all([logIn(app.url, 'user0'), logOut(app.url, cookie)])
      await storage.takeWrites()
      const healedMs = await writeAfter(app.url)
      const look = await check(app.url, cookie)

      const seen = looks.filter(({ status }) => status === 200).length
      tell(
        context,
        `F6 ${name} takes no writes: ${seen} of 50 session checks answered, login ${login.status}, logout ${logout.status}; ` +
          `healed in ${toSeconds(healedMs)}`,
      )
      expect({ seen, openPage: openPage.status }).toEqual({ seen: 50, openPage: 200 })
      expect([login.status, logout.status]).toEqual([503, 503])
      expect([...login.headers.getSetCookie(), ...logout.headers.getSetCookie()]).toEqual([])
      expect(look.status).toBe(200)
      expect(healedMs).toBeLessThan(5000)
    })
  })
}
