import { expect, it } from 'vitest'
import { isRedisServerMissing, startRedis } from '../process/redis-servers.ts'
import { startApp } from './app-process.ts'
import { logIn, send } from './crowd.ts'
import { tell } from './fault-report.ts'
import { openSqlite } from './storages.ts'
import { createUsers, openAuth } from './world.ts'

// Each guess comes from another address: of those, five get in as newcomers once the account's ten are used up.
const limit = 15

async function guess(url: string, username: string, times: number): Promise<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (let tries = 0; tries < times; tries += 1) {
    const { status } = await send(`${url}/login/`, { fields: { username, password: 'wrong password' } })
    counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}

it.skipIf(isRedisServerMissing('counters while Redis is down'))(
  'lets logins go on while the counters are down, with half of each limit, and tells so (F18)',
  async (context) => {
    const counters = await startRedis()
    const storage = await openSqlite()
    const auth = openAuth(storage)
    await createUsers(auth, 3)
    const app = await startApp({ ...storage.environment, COUNTERS_URL: counters.url })
    const before = await guess(app.url, 'user0', 20)
    await counters.kill()
    const login = await logIn(app.url, 'user1')
    const during = await guess(app.url, 'user1', 20)
    await counters.start()
    const printed = app.printed()
    await app.kill()
    await auth.close()
    await storage.close()
    await counters.stop()

    tell(
      context,
      `F18 Redis for counters is killed: a login ${login.status}; of 20 guesses at one account ${during[401]} looked at ` +
        `(${before[401]} before), ${during[429]} refused`,
    )
    expect(before).toEqual({ 401: limit, 429: 5 })
    expect(login.status).toBe(303)
    expect(during).toEqual({ 401: Math.floor(limit / 2), 429: 13 })
    expect(printed).toContain('the counter store failed; counts go on in memory')
  },
)
