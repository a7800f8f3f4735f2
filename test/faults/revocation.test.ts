import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth, User } from '../../src/index.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { check, logIn, logOut, password, send } from './crowd.ts'
import { seconds, tell } from './fault-report.ts'
import { type Storage, storageKinds } from './storages.ts'
import { openAuth } from './world.ts'

let storage: Storage
let auth: Auth
let apps: readonly [AppProcess, AppProcess]
let ann: User

const newPassword = 'staple battery horse'
// Sessions are extended by whoever looks at them 150 milliseconds later or more.
const sessionExpiry = '3'
const atOnce = 30

async function startSession(): Promise<string> {
  return `id=${(await auth.sessions.start(ann))?.token}`
}

interface RaceFigures {
  races: number
  /** How many of the looks before the logout were accepted. */
  looks: number
  /** How many were accepted after the answer to the logout. */
  accepted: number
  /** How many logouts were answered otherwise than they should be. */
  failed: number
}

/** Ends sessions in one process while both look at them and extend them; then asks for them in both. */
async function raceLogouts(least: number): Promise<RaceFigures> {
  const figures: RaceFigures = { races: 0, looks: 0, accepted: 0, failed: 0 }
  const until = performance.now() + seconds(0) * 1000
  async function raceOn(): Promise<void> {
    while (figures.races < least || performance.now() < until) {
      figures.races += 1
      await race(figures)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, raceOn))
  return figures
}

async function race(figures: RaceFigures): Promise<void> {
  const [one, other] = apps
  const cookie = await startSession()
  await pause(150 + Math.random() * 50)
  const looks = [check(one.url, cookie), check(other.url, cookie)]
  await pause(Math.random() * 10)
  const { status } = await logOut(one.url, cookie)
  const atOnceAfter = await Promise.all([check(other.url, cookie), check(one.url, cookie)])
  const seen = await Promise.all(looks)
  const onceMore = await check(other.url, cookie)
  figures.looks += seen.filter((answer) => answer.status === 200).length
  if (status !== 303) figures.failed += 1
  if ([...atOnceAfter, onceMore].some((answer) => answer.status !== 401)) figures.accepted += 1
}

for (const { name, isMissing, open } of storageKinds) {
  describe.skipIf(isMissing())(`two servers that share ${name}`, () => {
    beforeEach(async () => {
      storage = await open()
      auth = openAuth(storage)
      ann = await auth.users.create({ username: 'ann', password })
      const environment = { ...storage.environment, SESSION_EXPIRY: sessionExpiry }
      apps = await Promise.all([startApp(environment), startApp(environment)])
    })

    afterEach(async () => {
      await Promise.all(apps.map((app) => app.kill()))
      await auth.close()
      await storage.close()
    })

    it('refuse at once what one of them logged out, though both were extending it (F10, F17)', async (context) => {
      const { races, looks, accepted, failed } = await raceLogouts(1000)

      tell(
        context,
        `F10, F17 ${name}, two servers: ${races} logouts against ${looks} refreshes, ${accepted} accepted afterwards`,
      )
      expect(looks).toBeGreaterThan(races / 2)
      expect({ accepted, failed }).toEqual({ accepted: 0, failed: 0 })
    })

    it('leave no session of before a change of the password, among logins and refreshes (F11)', async (context) => {
      const [one, other] = apps
      const cookies = await Promise.all(Array.from({ length: 50 }, startSession))
      const changing = cookies[0] ?? ''
      await pause(200)
      const underWay = [
        ...cookies.slice(1).map((cookie) => check(other.url, cookie)),
        ...Array.from({ length: 50 }, (_, index) => logIn(apps[index % 2]?.url ?? '', 'ann')),
      ]
      await pause(Math.random() * 300)
      const fields = { current_password: password, new_password: newPassword, confirm_new_password: newPassword }
      const change = await send(`${one.url}/change-password/`, { cookie: changing, fields })
      const answers = await Promise.all(underWay)
      const given = answers.flatMap(({ cookie }) => (cookie === null ? [] : [cookie]))
      const left = await Promise.all([...cookies, ...given].map((cookie) => check(other.url, cookie)))

      const alive = left.filter(({ status }) => status !== 401).length
      tell(
        context,
        `F11 ${name}, two servers: one change of the password among 50 refreshes and 50 logins with the old one, ` +
          `${given.length} of them acknowledged; ${alive} sessions left`,
      )
      expect(change.status).toBe(303)
      expect(alive).toBe(0)
    })
  })
}
