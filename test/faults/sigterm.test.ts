import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth } from '../../src/index.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { audit, startCrowd } from './crowd.ts'
import { tell } from './fault-report.ts'
import { createLedger } from './ledger.ts'
import { type Storage, storageKinds } from './storages.ts'
import { countHalves, createUsers, openAuth, toSeconds } from './world.ts'

let storage: Storage
let auth: Auth
let app: AppProcess

for (const { name, isMissing, open } of storageKinds) {
  describe.skipIf(isMissing())(`a server on ${name} that is told to end`, () => {
    beforeEach(async () => {
      storage = await open()
      auth = openAuth(storage)
      app = await startApp(storage.environment)
    })

    afterEach(async () => {
      await app.kill()
      await auth.close()
      await storage.close()
    })

    it('ends in time under load, with what it acknowledged done (F21)', async (context) => {
      const ledger = createLedger()
      const usernames = await createUsers(auth, 16)
      const crowd = startCrowd({ urls: [app.url], usernames, ledger, clients: 64 })
      await pause(1500)
      const startedAt = performance.now()
      const exitCode = await app.terminate()
      const tookMs = performance.now() - startedAt
      await crowd.disperse()
      await app.restart()
      await audit(app.url, ledger)
      const halves = await countHalves(storage)

      const { logins, logouts, lost, undone, wrong } = ledger.figures()
      tell(
        context,
        `F21 SIGTERM under load, ${name}: exit code ${exitCode} after ${toSeconds(tookMs)}; ${logins} acknowledged logins, ` +
          `${lost} lost; ${logouts} acknowledged logouts, ${undone} undone`,
      )
      expect(exitCode).toBe(0)
      expect(tookMs).toBeLessThan(12_000)
      expect({ lost, undone, wrong, halves }).toEqual({ lost: 0, undone: 0, wrong: [], halves: 0 })
    })
  })
}
