import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { days, hours } from '../../src/duration.ts'
import { StoreFailedError, UnavailableError } from '../../src/errors.ts'
import { createSessions } from '../../src/session/sessions.ts'
import { createToken, hashToken } from '../../src/token/token.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { createMovableClock } from '../../src/testing/index.ts'
import { createSessionWorld, maxSessionExpiry, sessionExpiry, userNamed } from './session-world.ts'

describe('start', () => {
  it('gives a token that finds the user', async () => {
    const { sessions, ann, login } = await createSessionWorld()

    expect((await sessions.find(await login()))?.user).toEqual(ann)
  })

  it('keeps the SHA-256 of the token and never the token (rows 2, 3)', async () => {
    const { sessions, ann } = await createSessionWorld()
    const started = await sessions.start(ann)

    expect(started?.session.tokenHash).toBe(hashToken(started?.token ?? ''))
    expect(JSON.stringify(started?.session)).not.toContain(started?.token)
  })

  it('gives new tokens and ids each time (row 12)', async () => {
    const { sessions, ann } = await createSessionWorld()
    const started = await Promise.all(Array.from({ length: 100 }, () => sessions.start(ann)))

    expect(new Set(started.map((one) => one?.token)).size).toBe(100)
    expect(new Set(started.map((one) => one?.session.id)).size).toBe(100)
  })

  it('is null when all sessions were ended since the password was checked (row 22)', async () => {
    const { sessions, ann } = await createSessionWorld()
    await sessions.endAll(ann.id)

    expect(await sessions.start(ann)).toBeNull()
    expect(await sessions.list(ann.id)).toEqual([])
  })

  it('is null when they are ended while it runs (row 22)', async () => {
    const { sessions, store, ann } = await createSessionWorld()
    const pause = store.pauseNext('sessions.create')
    const starting = sessions.start(ann)
    await pause.reached
    await sessions.endAll(ann.id)
    pause.release()

    expect(await starting).toBeNull()
    expect(await sessions.list(ann.id)).toEqual([])
  })

  it('is null for a user that is gone', async () => {
    const { sessions } = await createSessionWorld()

    expect(await sessions.start(userNamed('carl'))).toBeNull()
  })
})

describe('find', () => {
  it.each([
    ['nothing', ''],
    ['a digit', '1'],
    ['4 kB', 'a'.repeat(4_096)],
    ['an escape', '%00'],
    ['an emoji', '😀'],
    ['SQL', "' or 1=1 --"],
    ['a stored hash', hashToken('x')],
  ])('asks no database about %s (row 4)', async (_what, token) => {
    const { sessions, store } = await createSessionWorld()
    const before = store.calls.length

    expect(await sessions.find(token)).toBeNull()
    await sessions.end(token)
    expect(store.calls.slice(before)).toEqual([])
  })

  it('writes nothing for 1,000 tokens of nobody’s (row 4)', async () => {
    const { sessions, store } = await createSessionWorld()
    const before = store.calls.length
    const found = await Promise.all(Array.from({ length: 1_000 }, () => sessions.find(createToken())))

    expect(found.every((one) => one === null)).toBe(true)
    expect([...new Set(store.calls.slice(before))]).toEqual(['sessions.findWithUser'])
  })

  it('asks the database every time, once, for session and user together (row 6)', async () => {
    const { sessions, store, login } = await createSessionWorld()
    const token = await login()
    const before = store.calls.length
    await sessions.find(token)
    await sessions.find(token)

    expect(store.calls.slice(before)).toEqual(['sessions.findWithUser', 'sessions.findWithUser'])
  })

  it('sees at once that the user was changed or deleted elsewhere (row 6)', async () => {
    const { sessions, store, ann, login } = await createSessionWorld()
    const token = await login()
    await store.users.update(ann.id, { firstName: 'Ann', admin: true })

    expect((await sessions.find(token))?.user).toMatchObject({ firstName: 'Ann', admin: true })
    await store.users.delete(ann.id)
    expect(await sessions.find(token)).toBeNull()
  })

  it('knows no session after a new password, and none after `endAll` (rows 6, 19)', async () => {
    const { sessions, store, ann, login } = await createSessionWorld()
    const token = await login()
    await store.users.setPasswordHash(ann.id, 'y')

    expect(await sessions.find(token)).toBeNull()
  })

  it('throws UnavailableError when the database fails, and never takes it for no session (row 96)', async () => {
    const { sessions, store, login } = await createSessionWorld()
    const token = await login()
    store.failWith('sessions.findWithUser', new UnavailableError())

    await expect(sessions.find(token)).rejects.toThrow(UnavailableError)
  })

  it('throws what it does not know (row 96)', async () => {
    const { sessions, store, login } = await createSessionWorld()
    const token = await login()
    store.failWith('sessions.findWithUser', new TypeError('A bug.'))

    await expect(sessions.find(token)).rejects.toThrow(TypeError)
  })

  it('throws when the database can’t be opened (row 96)', async () => {
    const sessions = createSessions({
      open: () => Promise.reject(new UnavailableError()),
      clock: createMovableClock(),
      sessionExpiry,
      maxSessionExpiry,
      report: () => undefined,
    })

    await expect(sessions.find(createToken())).rejects.toThrow(UnavailableError)
  })
})

describe('expiry', () => {
  it('ends a session that is idle for too long, at the second (row 21)', async () => {
    const { sessions, clock, login } = await createSessionWorld()
    const [used, unused] = [await login(), await login()]
    clock.move(sessionExpiry - 1)
    const inTime = await sessions.find(used)
    clock.move(1)

    expect(inTime).not.toBeNull()
    expect(await sessions.find(unused)).toBeNull()
    expect(await sessions.find(used)).not.toBeNull()
  })

  it('lasts until the absolute limit and no second longer for who is active every minute (row 21)', async () => {
    const { sessions, clock, login } = await createSessionWorld()
    const token = await login()
    const active = await eachTime(maxSessionExpiry / 60 - 1, async () => {
      clock.move(60)
      return (await sessions.find(token)) !== null
    })
    clock.move(59)
    const lastSecond = await sessions.find(token)
    clock.move(1)

    expect(active).toBe(true)
    expect(lastSecond).not.toBeNull()
    expect(await sessions.find(token)).toBeNull()
  })

  it('never moves the absolute limit (row 21)', async () => {
    const { sessions, clock, login } = await createSessionWorld()
    const token = await login()
    const first = await sessions.find(token)
    clock.move(hours(23))
    const later = await sessions.find(token)

    expect(later?.session.maxExpiresAt).toEqual(first?.session.maxExpiresAt)
    expect(later?.session.expiresAt.getTime()).toBe(clock.now().getTime() + sessionExpiry * 1000)
  })

  it('is judged by the stored session, not by what is in memory (row 21)', async () => {
    const { sessions, store, clock, login } = await createSessionWorld()
    const token = await login()
    clock.move(hours(10))
    await sessions.find(token)
    const again = createSessions({
      open: async () => store,
      clock,
      sessionExpiry,
      maxSessionExpiry,
      report: () => undefined,
    })
    clock.move(sessionExpiry - 1)

    expect(await again.find(token)).not.toBeNull()
  })

  it('takes back nothing when the clock is set back, and gives nothing (F9)', async () => {
    const { sessions, store, clock, login } = await createSessionWorld()
    const token = await login()
    const started = await sessions.find(token)
    const before = store.calls.length
    clock.move(-hours(5))

    expect(await sessions.find(token)).toEqual(started)
    expect(store.calls.slice(before)).toEqual(['sessions.findWithUser'])
  })

  it('ends at once what a clock set forward leaves behind (F9)', async () => {
    const { sessions, clock, login } = await createSessionWorld()
    const token = await login()
    clock.move(days(1))

    expect(await sessions.find(token)).toBeNull()
  })

  it('makes no session longer than the absolute limit at its start', async () => {
    const store = memoryStore()
    const ann = userNamed('ann')
    await store.users.create({ user: ann, usernameKey: 'ann', emailKey: null, passwordHash: 'x' })
    const clock = createMovableClock()
    const sessions = createSessions({
      open: async () => store,
      clock,
      sessionExpiry: 100,
      maxSessionExpiry: 100,
      report: () => undefined,
    })
    const started = await sessions.start(ann)

    expect(started?.session.expiresAt).toEqual(started?.session.maxExpiresAt)
  })

  it('ends a session at the second, where its extension can’t be written either (rows 21, 96)', async () => {
    const { sessions, store, clock, login } = await createSessionWorld()
    const token = await login()
    store.failWith('sessions.extend', new UnavailableError())
    clock.move(sessionExpiry - 1)
    const before = await sessions.find(token)
    clock.move(1)

    expect(before).not.toBeNull()
    expect(await sessions.find(token)).toBeNull()
  })

  it('ends a session at its absolute limit, whatever else its record says (row 21)', async () => {
    const { sessions, store, clock, ann } = await createSessionWorld()
    const token = createToken()
    const maxExpiresAt = new Date(clock.now().getTime() + 60_000)
    const expiresAt = new Date(maxExpiresAt.getTime() + 60_000)
    const record = { id: 'a', tokenHash: hashToken(token), userId: ann.id, generation: 0, createdAt: clock.now() }
    await store.sessions.create({ ...record, expiresAt, maxExpiresAt })
    clock.move(59)
    const before = await sessions.find(token)
    clock.move(1)

    expect(before).not.toBeNull()
    expect(await sessions.find(token)).toBeNull()
  })
})

describe('extension', () => {
  it('keeps a session of a minute for who comes back every three seconds', async () => {
    const store = memoryStore()
    const ann = userNamed('ann')
    await store.users.create({ user: ann, usernameKey: 'ann', emailKey: null, passwordHash: 'x' })
    const clock = createMovableClock()
    const open = async (): Promise<typeof store> => store
    const short = { sessionExpiry: 60, maxSessionExpiry: hours(1), report: () => undefined }
    const sessions = createSessions({ open, clock, ...short })
    const token = (await sessions.start(ann))?.token ?? ''

    const kept = await eachTime(30, async () => {
      clock.move(3)
      return (await sessions.find(token)) !== null
    })

    expect(kept).toBe(true)
  })

  it('writes at most once a minute (row 21)', async () => {
    const { sessions, store, clock, login } = await createSessionWorld()
    const token = await login()
    clock.move(59)
    await sessions.find(token)
    const early = store.calls.includes('sessions.extend')
    clock.move(1)
    await sessions.find(token)
    await sessions.find(token)
    await sessions.find(token)

    expect(early).toBe(false)
    expect(store.calls.filter((verb) => verb === 'sessions.extend')).toHaveLength(1)
  })

  it('keeps both of two requests at the same instant', async () => {
    const { sessions, clock, login } = await createSessionWorld()
    const token = await login()
    clock.move(hours(1))

    const found = await Promise.all([sessions.find(token), sessions.find(token), sessions.find(token)])

    expect(found.every((one) => one !== null)).toBe(true)
  })

  it('keeps the slower of two requests, which finds a later expiry than its own', async () => {
    const { sessions, store, clock, login } = await createSessionWorld()
    const token = await login()
    clock.move(hours(1))
    const pause = store.pauseNext('sessions.extend')
    const slower = sessions.find(token)
    await pause.reached
    clock.move(hours(1))
    const later = (await sessions.find(token))?.session.expiresAt
    pause.release()

    expect(await slower).not.toBeNull()
    expect((await sessions.find(token))?.session.expiresAt).toEqual(later)
  })

  it('fails no request where only its write fails (F6)', async () => {
    const { sessions, store, ann, clock, events, login } = await createSessionWorld()
    const token = await login()
    store.failWith('sessions.extend', new UnavailableError())
    clock.move(hours(1))

    expect((await sessions.find(token))?.user).toEqual(ann)
    expect(events).toEqual([])
  })

  it('tells the app of a store that throws what none should, and whose session it was (row 96)', async () => {
    const { sessions, store, ann, clock, events, login } = await createSessionWorld()
    const token = await login()
    store.failWith('sessions.extend', new StoreFailedError({ cause: new TypeError('A bug.') }))
    clock.move(hours(1))

    expect((await sessions.find(token))?.user).toEqual(ann)
    expect(events).toEqual([['error', ann.id]])
  })

  it('hides no error but that of a database that is away', async () => {
    const { sessions, store, clock, login } = await createSessionWorld()
    const token = await login()
    store.failWith('sessions.extend', new TypeError('A bug.'))
    clock.move(hours(1))

    await expect(sessions.find(token)).rejects.toThrow(TypeError)
  })

  it('reaches the absolute limit, goes no further, and writes no more then (row 21)', async () => {
    const { sessions, store, clock, login } = await createSessionWorld()
    const token = await login()
    await eachTime(29, async () => {
      clock.move(hours(5))
      return (await sessions.find(token)) !== null
    })
    const writes = store.calls.filter((verb) => verb === 'sessions.extend').length
    clock.move(hours(1))
    const found = await sessions.find(token)

    expect(found?.session.expiresAt).toEqual(found?.session.maxExpiresAt)
    expect(store.calls.filter((verb) => verb === 'sessions.extend')).toHaveLength(writes)
  })

  it('is tried again after it failed (F6)', async () => {
    const { sessions, store, clock, login } = await createSessionWorld()
    const token = await login()
    store.failWith('sessions.extend', new UnavailableError())
    clock.move(hours(23))
    await sessions.find(token)
    store.failWith('sessions.extend', null)
    await sessions.find(token)
    clock.move(hours(23))

    expect(await sessions.find(token)).not.toBeNull()
  })

  it('brings no session back that was ended meanwhile (row 16)', async () => {
    const { sessions, store, ann, clock, login } = await createSessionWorld()
    const token = await login()
    clock.move(hours(1))
    const pause = store.pauseNext('sessions.extend')
    const check = sessions.find(token)
    await pause.reached
    await sessions.end(token)
    pause.release()

    expect(await check).toBeNull()
    expect(await sessions.find(token)).toBeNull()
    expect(await sessions.list(ann.id)).toEqual([])
  })

  it('brings no session back whose user’s sessions were all ended meanwhile (rows 16, 22)', async () => {
    const { sessions, store, ann, clock, login } = await createSessionWorld()
    const token = await login()
    clock.move(hours(1))
    const pause = store.pauseNext('sessions.extend')
    const check = sessions.find(token)
    await pause.reached
    await sessions.endAll(ann.id)
    pause.release()

    expect(await check).toBeNull()
    expect(await sessions.find(token)).toBeNull()
  })

  it('brings no session back in any order of checks and ends (row 16)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, endsAll) => {
        const world = await createSessionWorld({ before: (verb) => scheduler.schedule(Promise.resolve(), verb) })
        const { sessions, clock, ann } = world
        const starting = world.login()
        await scheduler.waitIdle()
        const token = await starting
        clock.move(hours(1))

        const checks = [sessions.find(token), sessions.find(token), sessions.find(token)]
        const ending = endsAll ? sessions.endAll(ann.id) : sessions.end(token)
        await scheduler.waitIdle()
        await Promise.all([...checks, ending])

        const after = [sessions.find(token), sessions.list(ann.id)]
        await scheduler.waitIdle()
        expect(await Promise.all(after)).toEqual([null, []])
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('end', () => {
  it('ends the session of the token and no other (row 15)', async () => {
    const { sessions, login } = await createSessionWorld()
    const [token, other] = [await login(), await login()]
    await sessions.end(token)

    expect(await sessions.find(token)).toBeNull()
    expect(await sessions.find(other)).not.toBeNull()
  })

  it('has deleted the session before it returns (row 15)', async () => {
    const { sessions, store, login } = await createSessionWorld()
    const token = await login()
    await sessions.end(token)

    expect(await store.sessions.findWithUser(hashToken(token))).toBeNull()
  })

  it('tells which live sessions it ended, of tokens that are, were and never can be any (A8)', async () => {
    const { sessions, store, clock, login } = await createSessionWorld()
    const expired = await login()
    clock.move(hours(25))
    const [token, gone] = [await login(), await login()]
    await sessions.end(gone)
    const before = store.calls.length

    expect(await sessions.end('x', '')).toEqual([])
    expect(await sessions.end(expired, token, gone, 'x')).toEqual([
      expect.objectContaining({ userId: 'id-of-ann', createdAt: clock.now() }),
    ])
    expect(store.calls.slice(before)).toEqual(['sessions.delete'])
  })

  it('throws when the database fails: nobody is told that they are logged out (row 96)', async () => {
    const { sessions, store, login } = await createSessionWorld()
    const token = await login()
    store.failWith('sessions.delete', new UnavailableError())

    await expect(sessions.end(token)).rejects.toThrow(UnavailableError)
  })
})

describe('list and endById', () => {
  it('gives pages of a hundred, or of as many as are asked for (A7)', async () => {
    const { sessions, ann, clock } = await createSessionWorld()
    for (let count = 0; count < 105; count += 1) {
      clock.move(1)
      await sessions.start(ann)
    }
    const page = await sessions.list(ann.id)
    const last = page.at(-1)
    const rest = await sessions.list(ann.id, last && { after: { createdAt: last.createdAt, id: last.id }, limit: 4 })

    expect([page.length, rest.length]).toEqual([100, 4])
    expect([...page, ...rest].map(({ createdAt }) => createdAt)).toEqual(
      Array.from({ length: 104 }, (_, index) => new Date(clock.now().getTime() - index * 1000)),
    )
  })

  it.each([0, -1, 1.5, NaN, 1001, 1e9])('refuses a limit of %d (A7)', async (limit) => {
    const { sessions, ann, store } = await createSessionWorld()

    await expect(sessions.list(ann.id, { limit })).rejects.toThrow(RangeError)
    expect(store.calls).toEqual([])
  })

  it('refuses an `after` that is at no instant', async () => {
    const { sessions, ann } = await createSessionWorld()
    const after = { createdAt: new Date(NaN), id: 'x' }

    await expect(sessions.list(ann.id, { after })).rejects.toThrow(RangeError)
  })

  it('show public ids and times, and nothing to make a token from (row 8)', async () => {
    const { sessions, ann, login } = await createSessionWorld()
    await login()
    const [listed] = await sessions.list(ann.id)

    expect(Object.keys(listed ?? {}).toSorted()).toEqual(['createdAt', 'expiresAt', 'id', 'maxExpiresAt', 'userId'])
  })

  it('show live sessions alone, newest first', async () => {
    const { sessions, ann, clock } = await createSessionWorld()
    await sessions.start(ann)
    clock.move(hours(2))
    const second = await sessions.start(ann)
    clock.move(hours(1))
    const third = await sessions.start(ann)
    clock.move(hours(22))

    expect((await sessions.list(ann.id)).map(({ id }) => id)).toEqual([third?.session.id, second?.session.id])
  })

  it('end one of the user’s own sessions by its public id (row 8)', async () => {
    const { sessions, ann, events } = await createSessionWorld()
    const started = await sessions.start(ann)

    expect(await sessions.endById(ann.id, started?.session.id ?? '')).toBe(true)
    expect(await sessions.find(started?.token ?? '')).toBeNull()
    expect(events).toEqual([['session_ended', ann.id]])
  })

  it('end no session of another user (row 8)', async () => {
    const { sessions, ann, bob, events } = await createSessionWorld()
    const started = await sessions.start(ann)

    expect(await sessions.endById(bob.id, started?.session.id ?? '')).toBe(false)
    expect(await sessions.find(started?.token ?? '')).not.toBeNull()
    expect(events).toEqual([])
  })

  it('take no token and no hash for an id, and no id for a token (rows 7, 8)', async () => {
    const { sessions, ann } = await createSessionWorld()
    const started = await sessions.start(ann)

    expect(await sessions.endById(ann.id, started?.token ?? '')).toBe(false)
    expect(await sessions.endById(ann.id, started?.session.tokenHash ?? '')).toBe(false)
    expect(await sessions.find(started?.session.id ?? '')).toBeNull()
    expect(await sessions.find(started?.session.tokenHash ?? '')).toBeNull()
  })
})

describe('endAll', () => {
  it('ends every session of the user by one write, and none of another’s (row 22)', async () => {
    const { sessions, store, ann, bob, login, events } = await createSessionWorld()
    const tokens = [await login(), await login(), await login()]
    const ofBob = await sessions.start(bob)
    const before = store.calls.length

    expect(await sessions.endAll(ann.id)).toBe(true)
    expect(store.calls.slice(before)).toEqual(['users.endSessions'])
    expect(await Promise.all(tokens.map((token) => sessions.find(token)))).toEqual([null, null, null])
    expect(await sessions.find(ofBob?.token ?? '')).not.toBeNull()
    expect(events).toEqual([['sessions_ended', ann.id]])
  })

  it('leaves none of 50 logins in flight that is not in the list (row 22)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const world = await createSessionWorld({ before: (verb) => scheduler.schedule(Promise.resolve(), verb) })
        const { sessions, ann } = world

        const starting = Promise.all(Array.from({ length: 50 }, () => sessions.start(ann)))
        const ending = sessions.endAll(ann.id)
        await scheduler.waitIdle()
        await Promise.all([starting, ending])
        const listing = sessions.list(ann.id)
        const finding = starting.then((all) => Promise.all(all.map((one) => sessions.find(one?.token ?? ''))))
        await scheduler.waitIdle()

        expect(await listing).toEqual([])
        expect((await finding).every((found) => found === null)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('lets the user log in again', async () => {
    const { sessions, store, ann } = await createSessionWorld()
    await sessions.endAll(ann.id)
    const reread = await store.users.findById(ann.id)

    expect(await sessions.start(reread ?? ann)).not.toBeNull()
  })

  it('is false for a user that isn’t there', async () => {
    const { sessions, events } = await createSessionWorld()

    expect(await sessions.endAll('nobody')).toBe(false)
    expect(events).toEqual([])
  })
})

/** Whether `act` was true each of so many times. */
async function eachTime(count: number, act: () => Promise<boolean>): Promise<boolean> {
  let all = true
  for (let time = 0; time < count; time += 1) all = (await act()) && all
  return all
}
