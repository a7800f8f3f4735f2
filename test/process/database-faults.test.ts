import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth, UnavailableError, createAuth, protect, sessionLogin, sessionLogout } from '../../src/index.ts'
import { type TestDatabase, databaseKinds } from '../databases.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

const password = 'correct horse battery'

/** Ends connections to the database, of those that wait for a lock or of all, but the one that asks for it. */
const kill: Readonly<Record<string, (which: 'all' | 'waiting') => Promise<void>>> = {
  async PostgreSQL(which) {
    const others = 'datname = current_database() AND pid <> pg_backend_pid()'
    const waiting = which === 'waiting' ? "AND wait_event_type = 'Lock'" : ''
    await database.run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others} ${waiting}`)
  },
  async MySQL(which) {
    const others = 'db = DATABASE() AND id <> CONNECTION_ID()'
    const waiting = which === 'waiting' ? "AND command = 'Execute'" : ''
    const rows = await database.run(`SELECT id FROM information_schema.processlist WHERE ${others} ${waiting}`)
    await Promise.all((rows as { id: number }[]).map(({ id }) => database.run(`KILL ${id}`)))
  },
}

let database: TestDatabase
let proxy: FaultProxy
let auth: Auth
let cookie: string

function me(): Promise<Response> {
  const handler = protect(async () => Response.json('me'), { auth })
  return handler(new Request('http://app.example/me', { headers: { cookie } }))
}

function logIn(): Promise<Response> {
  const body = new URLSearchParams({ username: 'ann', password })
  return sessionLogin({ auth })(new Request('http://app.example/', { method: 'POST', body }))
}

function logOut(): Promise<Response> {
  return sessionLogout({ auth })(new Request('http://app.example/', { method: 'POST', headers: { cookie } }))
}

async function secondsUntil(answers: Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await answers
  return (performance.now() - startedAt) / 1000
}

for (const { name, isMissing, createDatabase } of databaseKinds.filter((kind) => kind.name !== 'SQLite')) {
  describe.skipIf(await isMissing())(`a login on ${name}`, () => {
    beforeEach(async () => {
      database = await createDatabase()
      proxy = await startFaultProxy(database.url)
      auth = createAuth({ store: proxy.url, limits: null })
      await auth.users.create({ username: 'ann', password })
      cookie = (await logIn()).headers.getSetCookie()[0]?.split(';')[0] ?? ''
    })

    afterEach(async () => {
      await auth.close()
      await proxy.close()
      await database.drop()
    })

    it('answers 503 while the server refuses connections, and keeps the cookie (F3)', async () => {
      await proxy.goDown()
      const answers = await Promise.all([me(), logIn(), logOut()])

      expect(answers.map(({ status }) => status)).toEqual([503, 503, 503])
      expect(answers.map(({ headers }) => headers.has('retry-after'))).toEqual([true, true, true])
      expect(answers.flatMap(({ headers }) => headers.getSetCookie())).toEqual([])
    })

    it('goes on at once when the server is back, with the sessions that there were (F3)', async () => {
      await proxy.goDown()
      await Promise.all(Array.from({ length: 30 }, me))
      await proxy.comeUp()

      expect((await me()).status).toBe(200)
    })

    it('answers 503 within four seconds when the server never answers, however many ask (F4)', async () => {
      proxy.stall()
      const answers = Promise.all(Array.from({ length: 60 }, me))

      expect(await secondsUntil(answers)).toBeLessThan(4)
      expect(new Set((await answers).map(({ status }) => status))).toEqual(new Set([503]))
    })

    it('answers 503 to a logout as soon, though it asks who it was first (F4)', async () => {
      proxy.stall()
      const answer = logOut()

      expect(await secondsUntil(answer)).toBeLessThan(4.5)
      expect((await answer).status).toBe(503)
    })

    it('closes while the server never answers, and leaves no connection (F4)', async () => {
      await Promise.all([me(), me(), me()])
      proxy.stall()

      expect(await secondsUntil(auth.close())).toBeLessThan(4)
      await expect.poll(proxy.connections).toBe(0)
    })

    it('has connections again after they all stalled (F4)', async () => {
      proxy.stall()
      await Promise.all(Array.from({ length: 60 }, me))
      proxy.resume()
      const answers = await Promise.all(Array.from({ length: 60 }, me))

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    })

    it('survives the end of connections that nobody was using', async () => {
      await Promise.all(Array.from({ length: 5 }, me))
      await kill[name]?.('all')
      await pause(50)

      expect((await me()).status).toBe(200)
    })

    it('answers 503 to a write whose connection is killed, and makes the next one (F5)', async () => {
      const ann = (await auth.users.findByIdentifier('ann'))?.id ?? ''
      const held = await database.hold('UPDATE latchkey_user SET admin = admin')
      const writing = Promise.allSettled([auth.users.update(ann, { admin: true })])
      await pause(100)
      await kill[name]?.('waiting')
      await held.letGo()

      expect(await writing).toEqual([{ status: 'rejected', reason: expect.any(UnavailableError) }])
      expect(await auth.users.update(ann, { admin: true })).toBe(true)
    })

    it('answers 503 to a write whose outcome got lost, made though it was, and once (F5)', async () => {
      const { id: ann = '', sessionGeneration = 0 } = (await auth.users.findByIdentifier('ann')) ?? {}
      // Prepares the statement.
      await auth.sessions.endAll(ann)
      proxy.stall()
      const writing = auth.sessions.endAll(ann)
      setTimeout(proxy.cut, 100)

      await expect(writing).rejects.toThrow(UnavailableError)
      proxy.resume()
      expect((await auth.users.findById(ann))?.sessionGeneration).toBe(sessionGeneration + 2)
    })

    it('answers 503 to a write that waits for a lock for longer than three seconds', async () => {
      const ann = (await auth.users.findByIdentifier('ann'))?.id ?? ''
      const held = await database.hold('UPDATE latchkey_user SET admin = admin')
      const writing = auth.users.update(ann, { admin: true })

      await expect(writing).rejects.toThrow(UnavailableError)
      await held.letGo()
      expect(await auth.users.update(ann, { admin: true })).toBe(true)
    })

    it('opens the database once it can be reached', async () => {
      const late = createAuth({ store: proxy.url, limits: null })
      await proxy.goDown()
      await expect(late.ready()).rejects.toThrow(UnavailableError)
      await proxy.comeUp()
      await late.ready()

      expect(await late.users.list()).toHaveLength(1)
      await late.close()
    })

    it('makes the tables, though the connection was cut while it made them (F5)', async () => {
      const fresh = await createDatabase()
      const between = await startFaultProxy(fresh.url)
      const late = createAuth({ store: between.url, limits: null })
      await Promise.allSettled([late.ready(), pause(15).then(between.cut)])
      await pause(50)
      await late.ready()

      expect(await late.users.list()).toEqual([])
      await late.close()
      await between.close()
      await fresh.drop()
    })
  })
}
