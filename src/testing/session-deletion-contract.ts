import { describe, expect, it } from 'vitest'
import type { Session } from '../session/session-store.ts'
import { sessionOf, userRecord } from './records.ts'
import type { World } from './session-expiry-contract.ts'

/** What a store promises about sessions that end. */
export function deletionContract(name: string, createWorld: () => Promise<World>): void {
  describe(`${name} as SessionStore: delete and deleteById`, () => {
    it('deletes the session, and does nothing when it is gone', async () => {
      const { sessions, ann } = await createWorld()
      const session = sessionOf(ann)
      await sessions.create(session)
      await sessions.delete([session.tokenHash])
      await sessions.delete([session.tokenHash])

      expect(await sessions.findWithUser(session.tokenHash)).toBeNull()
    })

    it('gives those that it deleted, of many that aren’t there (A8)', async () => {
      const { store, sessions, ann } = await createWorld()
      const bob = userRecord('bob')
      await store.users.create(bob)
      const [one, two, other] = [sessionOf(ann), sessionOf(bob.user), sessionOf(ann)]
      await Promise.all([one, two, other].map((session) => sessions.create(session)))
      const madeUp = Array.from({ length: 45 }, (_, index) => index.toString(16).padStart(64, '0'))
      const ids = (ended: readonly Session[]): string[] => ended.map(({ id }) => id).toSorted()
      const hashes = [...madeUp, one.tokenHash, two.tokenHash]

      expect(await sessions.delete([])).toEqual([])
      expect(await sessions.delete(madeUp)).toEqual([])
      expect(ids(await sessions.delete(hashes))).toEqual([one.id, two.id].toSorted())
      expect(await sessions.delete(hashes)).toEqual([])
      expect(await sessions.findWithUser(one.tokenHash)).toBeNull()
      expect(await sessions.findWithUser(two.tokenHash)).toBeNull()
      expect(await sessions.delete([other.tokenHash])).toEqual([other])
    })

    it('says of none that ended before that it deleted it', async () => {
      const { store, sessions, ann } = await createWorld()
      const session = sessionOf(ann)
      await sessions.create(session)
      await store.users.endSessions(ann.id)

      expect(await sessions.delete([session.tokenHash])).toEqual([])
    })

    it('gives one that several delete at once to one of them (A8)', async () => {
      const { sessions, ann } = await createWorld()
      const session = sessionOf(ann)
      await sessions.create(session)

      const outcomes = await Promise.all(Array.from({ length: 20 }, () => sessions.delete([session.tokenHash])))

      expect(outcomes.flat()).toEqual([session])
    })

    it('deletes by the public id, for its own user alone (row 8)', async () => {
      const { store, sessions, ann } = await createWorld()
      const bob = userRecord('bob')
      await store.users.create(bob)
      const session = sessionOf(ann)
      await sessions.create(session)

      expect(await sessions.deleteById(bob.user.id, session.id)).toBe(false)
      expect(await sessions.findWithUser(session.tokenHash)).not.toBeNull()
      expect(await sessions.deleteById(ann.id, '*')).toBe(false)
      expect(await sessions.deleteById(ann.id, `${session.id}:${session.tokenHash}`)).toBe(false)
      expect(await sessions.deleteById(ann.id, session.id)).toBe(true)
      expect(await sessions.deleteById(ann.id, session.id)).toBe(false)
    })
  })
}
