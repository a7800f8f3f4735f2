import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth, days } from '../../src/index.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { check, logIn, logOut, send } from './crowd.ts'
import { tell } from './fault-report.ts'
import { type Storage, storageKinds } from './storages.ts'
import { createUsers, openAuth } from './world.ts'

let storage: Storage
let auth: Auth
let ahead: AppProcess
let behind: AppProcess

function guess(url: string): Promise<{ status: number; headers: Headers }> {
  return send(`${url}/login/`, { fields: { username: 'user1', password: 'wrong password' } })
}

/** Guesses until it is told to wait; gives for how many seconds. */
async function guessOn(url: string): Promise<number> {
  for (;;) {
    const { status, headers } = await guess(url)
    if (status === 429) return Number(headers.get('retry-after'))
  }
}

for (const { name, isMissing, open } of storageKinds) {
  describe.skipIf(isMissing())(`servers whose clocks are wrong, on ${name}`, () => {
    beforeEach(async () => {
      storage = await open()
      auth = openAuth(storage)
      await createUsers(auth, 2)
      ;[ahead, behind] = await Promise.all([
        startApp({ ...storage.environment, CLOCK_OFFSET: '60' }),
        startApp({ ...storage.environment, CLOCK_OFFSET: '-60' }),
      ])
    })

    afterEach(async () => {
      await Promise.all([ahead.kill(), behind.kill()])
      await auth.close()
      await storage.close()
    })

    it('share logins and logouts two minutes apart, end sessions early and none late, and hold nobody up for longer (F9)', async (context) => {
      const cookies = await Promise.all([logIn(ahead.url, 'user0'), logIn(behind.url, 'user0')])
      const [one = '', other = ''] = cookies.map(({ cookie }) => cookie ?? '')
      const shared = await Promise.all([check(behind.url, one), check(ahead.url, other)])
      await logOut(behind.url, one)
      const ended = await check(ahead.url, one)

      await ahead.setClock(days(1) + 120)
      const late = await check(ahead.url, other)
      const loginLate = await logIn(ahead.url, 'user0')
      const waitBefore = await guessOn(behind.url)
      await behind.setClock(-days(1))
      await pause(1000)
      const early = await check(behind.url, other)
      const loginEarly = await logIn(behind.url, 'user0')
      const waitAfter = await guessOn(behind.url)

      const maxAges = [loginLate, loginEarly].map(
        ({ headers }) => /max-age=(-?\d+)/i.exec(headers.get('set-cookie') ?? '')?.[1],
      )
      tell(
        context,
        `F9 ${name}, clocks two minutes apart, a day ahead, a day behind: logins and logouts shared; ended by the clock ` +
          `ahead, kept by the one behind; Retry-After ${waitBefore} s before, ${waitAfter} s after`,
      )
      expect(shared.map(({ status }) => status)).toEqual([200, 200])
      expect(ended.status).toBe(401)
      expect([late.status, loginLate.status]).toEqual([401, 303])
      expect([early.status, loginEarly.status]).toEqual([200, 303])
      expect(maxAges).toEqual([String(days(7)), String(days(7))])
      expect(waitAfter).toBeLessThanOrEqual(waitBefore)
    })
  })
}
