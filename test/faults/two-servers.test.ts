import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { httpContract } from '../../src/testing/http-contract.ts'
import type { HttpContractApp, HttpContractSettings } from '../../src/testing/http-world.ts'
import { type Alternator, alternate } from './alternate.ts'
import { startApp } from './app-process.ts'
import { tell } from './fault-report.ts'
import { type Storage, storageKinds } from './storages.ts'

let storage: Storage
let alternator: Alternator

async function startTwo({ origin }: HttpContractSettings): Promise<HttpContractApp> {
  const { database, sessionsUrl, countersUrl } = storage
  const environment = {
    DATABASE_URL: database.url,
    ...(sessionsUrl !== null && { SESSIONS_URL: sessionsUrl }),
    COUNTERS_URL: countersUrl,
    ORIGIN: origin,
  }
  const apps = await Promise.all([startApp(environment), startApp(environment)])
  alternator = await alternate(apps.map(({ url }) => url))
  return {
    url: alternator.url,
    async close() {
      await alternator.close()
      await Promise.all(apps.map((app) => app.kill()))
    },
  }
}

for (const { name, isMissing, open } of storageKinds) {
  describe.skipIf(isMissing())(`two servers on ${name} that get requests in turn (F16)`, () => {
    beforeAll(async () => {
      storage = await open()
    })

    afterAll(() => storage.close())

    httpContract(`two servers with ${name}`, startTwo, () => storage.database.url)

    it('have both told the stories', (context) => {
      const [one = 0, other = 0] = alternator.counts()
      tell(
        context,
        `F16 ${name}, two servers in turn: the stories of a login over HTTP, in ${one} and ${other} requests`,
      )

      expect(Math.min(one, other)).toBeGreaterThan(50)
    })
  })
}
