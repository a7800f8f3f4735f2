import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth } from '../../src/index.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { audit, startCrowd } from './crowd.ts'
import { seconds, tell } from './fault-report.ts'
import { createLedger } from './ledger.ts'
import { type Storage, storageKinds } from './storages.ts'
import { countHalves, createUsers, openAuth, toSeconds } from './world.ts'

const leastKills = 50

let storage: Storage
let auth: Auth
let apps: AppProcess[] = []

/** Kills an app in the middle of what it does and starts it again, over and over; gives how long the starts took. */
async function killOften(app: AppProcess): Promise<number[]> {
  const until = performance.now() + seconds(0) * 1000
  const starts: number[] = []
  while (starts.length < leastKills / apps.length || performance.now() < until) {
    await pause(300 + Math.random() * 400)
    await app.kill()
    starts.push(await app.restart())
  }
  return starts
}

for (const { name, isMissing, open } of storageKinds) {
  describe.skipIf(isMissing())(`servers that are killed, on ${name}`, () => {
    beforeEach(async () => {
      storage = await open()
      auth = openAuth(storage)
      apps = await Promise.all([startApp(storage.environment), startApp(storage.environment)])
    })

    afterEach(async () => {
      await Promise.all(apps.map((app) => app.kill()))
      await auth.close()
      await storage.close()
    })

    it('lose no login and undo no logout that they acknowledged (F1)', async (context) => {
      const ledger = createLedger()
      const usernames = await createUsers(auth, 16)
      const crowd = startCrowd({ urls: apps.map(({ url }) => url), usernames, ledger, clients: 64 })
      const starts = (await Promise.all(apps.map(killOften))).flat().toSorted((a, b) => a - b)
      await crowd.disperse()
      await Promise.all(apps.map(({ url }) => audit(url, ledger)))
      const halves = await countHalves(storage)

      const { logins, logouts, lost, undone, wrong } = ledger.figures()
      const medianMs = starts[starts.length >> 1] ?? Number.NaN
      tell(
        context,
        `F1 kill -9 x${starts.length}, ${name}: ${logins} acknowledged logins, ${lost} lost; ` +
          `${logouts} acknowledged logouts, ${undone} undone; ${halves} half rows; started again in ${toSeconds(medianMs)}`,
      )
      expect({ lost, undone, wrong, halves }).toEqual({ lost: 0, undone: 0, wrong: [], halves: 0 })
      expect(logouts).toBeGreaterThan(25)
      expect(medianMs).toBeLessThan(5000)
    })
  })
}
