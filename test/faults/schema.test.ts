import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AppProcess, startApp } from './app-process.ts'
import { check, logIn } from './crowd.ts'
import { tell } from './fault-report.ts'
import { type Storage, storageKinds } from './storages.ts'
import { createUsers, openAuth } from './world.ts'

// Elsewhere, an index has a name of its own.
const ofTable: Readonly<Record<string, string>> = { MariaDB: ' ON latchkey_session' }

let storage: Storage
let app: AppProcess

for (const { name, isMissing, open } of storageKinds.filter((kind) => kind.name !== 'Redis')) {
  describe.skipIf(isMissing())(`a server whose tables in ${name} are of another version`, () => {
    beforeEach(async () => {
      storage = await open()
      const auth = openAuth(storage)
      await createUsers(auth, 1)
      await auth.close()
      app = await startApp(storage.environment)
    })

    afterEach(async () => {
      await app.kill()
      await storage.close()
    })

    it('brings older ones up to date at its start, and keeps the sessions (F22)', async (context) => {
      const cookie = (await logIn(app.url, 'user0')).cookie ?? ''
      await app.kill()
      await storage.database.run(`DROP INDEX latchkey_session_age${ofTable[name] ?? ''}`)
      await storage.database.run('DROP TABLE latchkey_device')
      await storage.database.run('DROP TABLE latchkey_lease')
      await storage.database.run('DELETE FROM latchkey_migration WHERE version > 1')
      await app.restart()
      const statuses = [(await check(app.url, cookie)).status, (await logIn(app.url, 'user0')).status]

      tell(
        context,
        `F22 ${name}, older tables: brought up to date at the start; session ${statuses[0]}, login ${statuses[1]}`,
      )
      expect(statuses).toEqual([200, 303])
    })

    it('goes on while newer ones come, and says at its next start what is wrong (F22)', async (context) => {
      const cookie = (await logIn(app.url, 'user0')).cookie ?? ''
      await storage.database.run(
        'INSERT INTO latchkey_migration (version, applied_at) SELECT 99, applied_at FROM latchkey_migration WHERE version = 1',
      )
      const statuses = [(await check(app.url, cookie)).status, (await logIn(app.url, 'user0')).status]
      const start = startApp(storage.environment)

      await expect(start).rejects.toThrow('The database was made by a newer latchkey')
      tell(
        context,
        `F22 ${name}, newer tables: a running server goes on (session ${statuses[0]}, login ${statuses[1]}); at the start ` +
          'one sentence, and no server',
      )
      expect(statuses).toEqual([200, 303])
    })
  })
}
