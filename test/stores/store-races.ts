import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Auth, UnavailableError, createAuth, days } from '../../src/index.ts'
import type { Store } from '../../src/stores/store.ts'
import type { SessionStoreContractOptions } from '../../src/testing/session-store-contract.ts'
import { createMovableClock } from '../../src/testing/index.ts'
import { type PausedStore, createPausedStore } from '../../src/testing/paused-store.ts'
import { at, sessionOf, userRecord } from '../../src/testing/records.ts'
import type { User } from '../../src/user/user-store.ts'

interface World {
  /** Two stores of one database, as two processes have them. */
  readonly one: PausedStore
  readonly other: Store
  readonly ann: User
}

/**
 * What happens when two processes do something to one user at once.
 *
 * @param openTwo - Opens two stores of one database, which has no users yet. Each has connections of its own.
 */
export function storeRaces(
  name: string,
  openTwo: () => Promise<readonly [Store, Store]>,
  { forgetsExpired = false }: SessionStoreContractOptions = {},
): void {
  async function createWorld(): Promise<World> {
    const [one, other] = await openTwo()
    onTestFinished(async () => {
      await Promise.all([one.close(), other.close()])
    })
    const record = userRecord('ann')
    await one.users.create(record)
    return { one: createPausedStore(one), other, ann: record.user }
  }

  describe(`${name}, two processes at once`, () => {
    it('bring no session back that one of them ended while the other extended it (row 16, F10)', async () => {
      const { one, other, ann } = await createWorld()
      const session = sessionOf(ann)
      await one.sessions.create(session)
      const pause = one.pauseNext('sessions.extend')
      const extending = one.sessions.extend(session.tokenHash, at(30), at(90))
      await pause.reached
      await other.sessions.delete([session.tokenHash])
      pause.release()

      expect(await extending).toBe(false)
      expect(await one.sessions.findWithUser(session.tokenHash)).toBeNull()
    })

    it('start no session of a user whose sessions one of them ended meanwhile (rows 19, 22; F11)', async () => {
      const { one, other, ann } = await createWorld()
      const session = sessionOf(ann)
      const pause = one.pauseNext('sessions.create')
      const starting = one.sessions.create(session)
      await pause.reached
      await other.users.changePasswordHash(ann.id, '$argon2id$of-no-password', 'another')
      pause.release()

      expect(await starting).toBe(false)
      expect(await other.sessions.findWithUser(session.tokenHash)).toBeNull()
    })

    it('bring no session back in a thousand races, in any order (row 16, F10)', async () => {
      const { one, other, ann } = await createWorld()
      const raced = Array.from({ length: 1_000 }, () => sessionOf(ann))
      await Promise.all(raced.map((session) => one.sessions.create(session)))

      await Promise.all(
        raced.flatMap(({ tokenHash }, index) => {
          const [extender, deleter] = index % 2 === 0 ? [one, other] : [other, one]
          const calls = [
            // It waits for no lock, such as that of a checkpoint of SQLite's log; a deletion does.
            () => extender.sessions.extend(tokenHash, at(30), at(90)).catch(unlessUnavailable),
            () => deleter.sessions.delete([tokenHash]),
          ]
          return (Math.random() < 0.5 ? calls : calls.toReversed()).map((call) => call())
        }),
      )

      expect(await one.sessions.listByUser(ann.id, at(0), null, 100)).toEqual([])
    })

    it('see a session ended by the other at the next look, a thousand times (row 6, F17)', async () => {
      const { one, other, ann } = await createWorld()
      const found: unknown[] = []
      const endAndLook = async (): Promise<void> => {
        const session = sessionOf(ann)
        await one.sessions.create(session)
        await other.sessions.findWithUser(session.tokenHash)
        await one.sessions.delete([session.tokenHash])
        found.push(await other.sessions.findWithUser(session.tokenHash))
      }
      await Promise.all(Array.from({ length: 1_000 }, endAndLook))

      expect(found).toEqual(Array.from({ length: 1_000 }, () => null))
    })

    it('leave no session that began before all were ended, among fifty logins at once (row 22)', async () => {
      const { one, other, ann } = await createWorld()
      const sessions = Array.from({ length: 50 }, () => sessionOf(ann))

      const ended = other.users.endSessions(ann.id)
      await Promise.all(sessions.map((session) => one.sessions.create(session)))

      expect(await ended).toBe(true)
      expect(await one.sessions.listByUser(ann.id, at(0), null, 100)).toEqual([])
    })

    it('fail nothing when a user is deleted among fifty logins (row 6)', async () => {
      const { one, other, ann } = await createWorld()
      const sessions = Array.from({ length: 50 }, () => sessionOf(ann))

      const starting = sessions.map((session) => one.sessions.create(session))
      const deleting = other.users.delete(ann.id)
      await Promise.all(starting)

      expect(await deleting).toBe(true)
      expect(await one.sessions.deleteExpired(at(100_000), 100)).toBe(0)
    })

    it('make one user of a hundred with one name (row 68)', async () => {
      const { one, other } = await createWorld()

      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () => [one, other]).flatMap((stores) =>
          stores.map((store) => store.users.create(userRecord('bob'))),
        ),
      )

      expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'username')).toHaveLength(99)
    })

    it('extend a session that is due for both, and none of them loses it', async () => {
      const [store, otherStore] = await openTwo()
      const clock = createMovableClock()
      const auths: Auth[] = [store, otherStore].map((each) => createAuth({ store: each, clock, limits: null }))
      onTestFinished(async () => {
        await Promise.all(auths.map((auth) => auth.close()))
      })
      const [auth, otherAuth] = auths as [Auth, Auth]
      const user = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
      const token = (await auth.sessions.start(user))?.token ?? ''
      clock.move(3600)

      const found = await Promise.all(
        Array.from({ length: 20 }, () => [auth.sessions.find(token), otherAuth.sessions.find(token)]).flat(),
      )

      expect(found.filter((each) => each === null)).toEqual([])
    })
  })

  if (forgetsExpired) return
  describe(`${name}, two processes that clean up at once`, () => {
    it('are one at a time, until it gives back or lets pass what it took (F15)', async () => {
      const { one, other } = await createWorld()
      const taken = await Promise.all([one.claimCleaning?.('one', 60), other.claimCleaning?.('other', 60)])
      const [holder, waiting] = taken[0] === true ? ['one', 'other'] : ['other', 'one']

      expect(taken.toSorted()).toEqual([false, true])
      expect(await one.claimCleaning?.(waiting, 60)).toBe(false)
      expect(await other.claimCleaning?.(holder, 60)).toBe(true)
      expect(await one.claimCleaning?.(holder, 0)).toBe(true)
      expect(await vi.waitUntil(() => other.claimCleaning?.(waiting, 0.01))).toBe(true)
      expect(await vi.waitUntil(() => one.claimCleaning?.(holder, 60))).toBe(true)
    })

    it('wait for none whose turn ends later than any can: the database has had its clock set back (F9)', async () => {
      const { one, other } = await createWorld()
      await one.claimCleaning?.('one', days(1))

      expect(await other.claimCleaning?.('other', 60)).toBe(true)
      expect(await one.claimCleaning?.('one', 60)).toBe(false)
    })

    it('delete each expired session once (F15)', async () => {
      const { one, other, ann } = await createWorld()
      const expired = Array.from({ length: 200 }, () => sessionOf(ann, { expiresAt: at(-1) }))
      await Promise.all(expired.map((session) => one.sessions.create(session)))

      const deleted = await Promise.all([one, other].map((store) => store.sessions.deleteExpired(at(0), 150)))
      const rest = await one.sessions.deleteExpired(at(0), 200)

      expect((deleted[0] ?? 0) + (deleted[1] ?? 0) + rest).toBe(200)
    })
  })
}

function unlessUnavailable(error: unknown): void {
  if (!(error instanceof UnavailableError)) throw error
}
