import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type RawAnswer, type RawConnection, openRaw } from '../process/raw-client.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { logIn } from './crowd.ts'
import { tell } from './fault-report.ts'
import { lookUntil } from './flood.ts'
import { openPostgres } from './storages.ts'
import { createUsers, openAuth } from './world.ts'

const form = 'Content-Type: application/x-www-form-urlencoded\r\n'
const slowBody = `${form}Content-Length: 100\r\n\r\n`
const endlessBody = `${form}Transfer-Encoding: chunked\r\n\r\n`
const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`

/** Opens connections, and sends the beginning of a request on each, from another address. */
async function openSome(app: AppProcess, count: number, start: string, rest: string): Promise<RawConnection[]> {
  const connections = await Promise.all(Array.from({ length: count }, () => openRaw(app.port)))
  const head = (index: number): string => `Host: localhost\r\nX-Forwarded-For: 10.0.${index >> 8}.${index & 255}\r\n`
  await Promise.all(connections.map(({ send }, index) => send(`${start} /login/ HTTP/1.1\r\n${head(index)}${rest}`)))
  return connections
}

/** Sends a few bytes more, again and again, until the server has ended the connection; gives its answer. */
async function drip(
  { socket, send, ended, answer }: RawConnection,
  bytes: string,
  everyMs: number,
): Promise<RawAnswer | null> {
  const timer = setInterval(() => void (socket.writable && send(bytes)), everyMs)
  await ended
  clearInterval(timer)
  return answer()
}

function statusesOf(answers: readonly (RawAnswer | null)[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const answer of answers) {
    const status = answer?.status ?? 'none'
    counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}

it('holds neither a connection to the database nor a hash for those who send slowly or without an end (F13, F14)', async (context) => {
  const storage = await openPostgres()
  const auth = openAuth(storage)
  await createUsers(auth, 2)
  const app = await startApp({ ...storage.environment, HEADERS_TIMEOUT: '3', REQUEST_TIMEOUT: '6' })
  const cookie = (await logIn(app.url, 'user0')).cookie ?? ''
  const before = await app.usage()
  const startedAt = performance.now()
  const slowHeads = await openSome(app, 1000, 'POST', '')
  const slowBodies = await openSome(app, 1000, 'POST', slowBody)
  const endless = await openSome(app, 100, 'POST', endlessBody)
  const unread = await openSome(app, 500, 'GET', '\r\n')
  for (const { socket } of unread) socket.pause()
  const dripping = Promise.all([
    Promise.all(slowHeads.map((connection) => drip(connection, 'a', 1000))),
    Promise.all(slowBodies.map((connection) => drip(connection, 'a', 1000))),
    Promise.all(endless.map((connection) => drip(connection, chunk, 10))),
  ])
  const looking = lookUntil(dripping, app.url, cookie)
  await pause(1500)
  const during = await app.usage()
  const held = await storage.database.run(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'latchkey' AND state LIKE 'idle in%'",
  )
  const login = await logIn(app.url, 'user1')
  const [heads, bodies, endlessOnes] = (await dripping).map(statusesOf)
  const tookMs = performance.now() - startedAt
  const looks = await looking
  for (const { destroy } of unread) destroy()
  await app.kill()
  await auth.close()
  await storage.close()

  const grownMiB = (during.rssBytes - before.rssBytes) / 2 ** 20
  tell(
    context,
    `F13 2,000 clients that send a byte a second, 100 that never end, 500 that read nothing: 408 or the end for all within ` +
      `${(tookMs / 1000).toFixed(0)} s; ${held.length} connections to the database and ${during.hashPool.running} hashes ` +
      `held for them; ${looks.refused} of ${looks.count} session checks refused, p99 ${looks.p99Ms.toFixed(0)} ms`,
  )
  expect([heads, bodies]).toEqual([{ 408: 1000 }, { 408: 1000 }])
  expect(endlessOnes).toEqual({ 413: 100 })
  expect(held).toEqual([])
  expect(during.hashPool).toMatchObject({ running: 0, queued: 0 })
  expect(login.status).toBe(303)
  expect(looks.refused).toBe(0)
  expect(grownMiB).toBeLessThan(300)
})
