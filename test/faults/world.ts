import { setTimeout as pause } from 'node:timers/promises'
import { createAuth, type Auth } from '../../src/index.ts'
import type { Storage } from './storages.ts'
import { check, password } from './crowd.ts'

/** An `Auth` of the test's own, which comes to the databases past any proxy. */
export function openAuth({ database, sessionsUrl }: Storage): Auth {
  return createAuth({ store: database.url, sessionsUrl, limits: null })
}

/** Creates so many users; gives their names. */
export async function createUsers(auth: Auth, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `user${index}`)
  // In turn, since the queue for hashes is short.
  for (const username of names) await auth.users.create({ username, password })
  return names
}

/** How many rows are halves of something: sessions and devices without their user. */
export async function countHalves({ database }: Storage): Promise<number> {
  const counts = await Promise.all(
    ['latchkey_session', 'latchkey_device'].map(async (table) => {
      const orphans = `SELECT count(*) AS halves FROM ${table} WHERE user_id NOT IN (SELECT id FROM latchkey_user)`
      const [row] = (await database.run(orphans)) as { halves: number | string }[]
      return Number(row?.halves)
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Asks until a session check succeeds; gives how many milliseconds that took. Any answer but 503 is a mistake. */
export async function healAfter(url: string, cookie: string): Promise<number> {
  const startedAt = performance.now()
  for (;;) {
    const { status } = await check(url, cookie)
    const tookMs = performance.now() - startedAt
    if (status === 200) return tookMs
    if (status !== 503 || tookMs > 30_000) throw new Error(`The session check was answered with ${status}.`)
    await pause(20)
  }
}

export function toSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
