import { type Auth, type AuthOptions, createAuth } from 'latchkey'
import { sqliteStore } from 'latchkey/stores/sqlite'
import { password, poolSize, postgresUrl, redisPrefix, redisUrl, setting, sqliteFile, store } from './environment.ts'

// The cleaner waits for minutes before it begins; where that is measured, it waits for 200 ms.
if (setting === 'clean at once') {
  const { setTimeout: wait } = globalThis
  const soon = (run: () => void, delayMs?: number): NodeJS.Timeout => wait(run, Math.min(delayMs ?? 0, 200))
  globalThis.setTimeout = Object.assign(soon, wait)
}

/** Set up as its pages say. Only a measurement of logins alone takes the throttle away, which refuses so many. */
export async function openAuth(): Promise<Auth> {
  const auth = createAuth({
    store: await { sqlite: inSqlite, postgres: inPostgres, redis: inRedis }[store](),
    onEvent: () => undefined,
    ...(setting === 'throttle off' ? { limits: null } : {}),
  })
  await auth.ready()
  if ((await auth.users.findByIdentifier('ann')) === null) {
    await auth.users.create({ username: 'ann', email: 'ann@example.org', password })
  }
  return auth
}

type StoreOption = NonNullable<AuthOptions['store']>

// Each loads what an app on that store would load, and nothing more: the time to start is measured, too.

async function inSqlite(): Promise<StoreOption> {
  return sqliteStore({ path: sqliteFile })
}

async function inPostgres(): Promise<StoreOption> {
  const { Pool } = await import('pg')
  const { postgresStore } = await import('latchkey/stores/postgres')
  return postgresStore(new Pool({ connectionString: postgresUrl, max: poolSize }).on('error', () => undefined))
}

async function inRedis(): Promise<StoreOption> {
  const { Redis } = await import('ioredis')
  const { redisSessions } = await import('latchkey/stores/redis')
  return {
    ...sqliteStore({ path: sqliteFile }),
    sessions: redisSessions(new Redis(redisUrl), { prefix: redisPrefix }),
  }
}
