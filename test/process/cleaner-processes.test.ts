import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth, type User, createAuth } from '../../src/index.ts'
import { type TestDatabase, databaseKinds } from '../databases.ts'
import { createFolder, runCli } from './cli-process.ts'

let database: TestDatabase
let auths: Auth[]

/** An `Auth` at which it is so many years later. */
function openIn(year: number): Auth {
  const clock = { now: () => new Date(Date.UTC(year)), monotonicMs: () => 0 }
  const auth = createAuth({ store: database.url, clock, limits: null })
  auths.push(auth)
  return auth
}

/** Starts sessions that expired long ago, so many hundreds. */
async function startExpired(ann: User, hundreds: number): Promise<void> {
  const { sessions } = openIn(2020)
  for (let hundred = 0; hundred < hundreds; hundred += 1) {
    await Promise.all(Array.from({ length: 100 }, () => sessions.start(ann)))
  }
}

/** How many sessions `latchkey session clean` deleted, in a process of its own. */
async function clean(): Promise<number> {
  const { stdout, stderr } = await runCli(createFolder(), ['session', 'clean'], { env: { DATABASE_URL: database.url } })
  expect(stderr).toBe('')
  return Number(/^Deleted ([\d,]+) /.exec(stdout)?.[1]?.replace(',', ''))
}

for (const { name, isMissing, createDatabase } of databaseKinds) {
  describe.skipIf(await isMissing())(`processes that clean up ${name}`, () => {
    let ann: User
    let token: string

    beforeEach(async () => {
      database = await createDatabase()
      auths = []
      const present = openIn(2199)
      ann = await present.users.create({ username: 'ann', password: 'correct horse battery' })
      token = (await present.sessions.start(ann))?.token ?? ''
    })

    afterEach(async () => {
      await Promise.all(auths.map((auth) => auth.close()))
      await database.drop()
    })

    it('delete each expired session once, four of them at once, and no live one (F15)', async () => {
      await startExpired(ann, 20)

      const deleted = await Promise.all([clean(), clean(), clean(), clean()])

      expect(deleted.reduce((sum, count) => sum + count)).toBe(2_000)
      expect((await openIn(2199).sessions.find(token))?.user.username).toBe('ann')
    })

    it('wait for one that is at it, and go on soon after it was killed (F15)', async () => {
      await startExpired(ann, 1)
      const env = { ...process.env, DATABASE_URL: database.url }
      const other = spawn(process.execPath, [`${import.meta.dirname}/cleaner-child.ts`], { env })
      const claims = other.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })
      const first = await claims.next()
      const cleaning = clean()
      await Promise.race([once(other, 'exit'), pause(3_000)])
      const left = await database.run('SELECT id FROM latchkey_session')
      other.kill('SIGKILL')

      expect(first.value).toBe('true\n')
      expect(left).toHaveLength(101)
      expect(await cleaning).toBe(100)
    })

    it('leave nothing locked or half done when one ends in the middle of a batch (F15)', async () => {
      await startExpired(ann, 1)
      const killed = await database.hold('DELETE FROM latchkey_session WHERE created_at < max_expires_at')
      await killed.letGo()

      expect(await clean()).toBe(100)
      expect((await openIn(2199).sessions.find(token))?.user.username).toBe('ann')
    })
  })
}
