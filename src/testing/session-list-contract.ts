import { describe, expect, it } from 'vitest'
import type { Session } from '../session/session-store.ts'
import { at, sessionOf, userRecord } from './records.ts'
import type { World } from './session-expiry-contract.ts'

/** What a store promises about the list of a user's sessions. */
export function listContract(name: string, createWorld: () => Promise<World>): void {
  describe(`${name} as SessionStore: listByUser`, () => {
    it('lists live sessions of that user alone, newest first', async () => {
      const { store, sessions, ann } = await createWorld()
      const bob = userRecord('bob')
      await store.users.create(bob)
      const older = sessionOf(ann, { createdAt: at(-10) })
      const newer = sessionOf(ann)
      await sessions.create(older)
      await sessions.create(newer)
      await sessions.create(sessionOf(ann, { expiresAt: at(-1) }))
      await sessions.create(sessionOf(ann, { maxExpiresAt: at(-1) }))
      await sessions.create(sessionOf(bob.user))

      expect(await sessions.listByUser(ann.id, at(0), null, 100)).toEqual([newer, older])
    })

    it('gives pages, newest first, those of one instant by falling id (A7)', async () => {
      const { sessions, ann } = await createWorld()
      const all = Array.from({ length: 25 }, (_, index) => sessionOf(ann, { createdAt: at(-Math.floor(index / 5)) }))
      await Promise.all(all.toReversed().map((session) => sessions.create(session)))
      const expected = all.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1))

      const pages: Session[][] = []
      do pages.push(await sessions.listByUser(ann.id, at(0), pages.at(-1)?.at(-1) ?? null, 7))
      while (pages.at(-1)?.length === 7)

      expect(pages.map(({ length }) => length)).toEqual([7, 7, 7, 4])
      expect(pages.flat()).toEqual(expected)
      expect(await sessions.listByUser(ann.id, at(0), expected.at(-1) ?? null, 7)).toEqual([])
    })

    it('goes on where it was, though sessions come and go meanwhile (A7)', async () => {
      const { sessions, ann } = await createWorld()
      const [first, second, third, fourth] = [9, 8, 7, 6].map((seconds) => sessionOf(ann, { createdAt: at(seconds) }))
      if (!first || !second || !third || !fourth) throw new Error('There are four.')
      await Promise.all([first, second, third, fourth].map((session) => sessions.create(session)))
      const [, last = first] = await sessions.listByUser(ann.id, at(0), null, 2)
      await sessions.delete([first.tokenHash, second.tokenHash, third.tokenHash])
      await sessions.create(sessionOf(ann, { createdAt: at(20) }))

      expect(last).toEqual(second)
      expect(await sessions.listByUser(ann.id, at(0), last, 2)).toEqual([fourth])
    })

    it('fills a page from among many that have ended', async () => {
      const { store, sessions, ann } = await createWorld()
      const old = Array.from({ length: 30 }, (_, index) => sessionOf(ann, { createdAt: at(index) }))
      await Promise.all(old.map((session) => sessions.create(session)))
      await store.users.endSessions(ann.id)
      const again = { ...ann, sessionGeneration: ann.sessionGeneration + 1 }
      const live = [3, 2, 1].map((seconds) => sessionOf(again, { createdAt: at(seconds) }))
      await Promise.all(live.map((session) => sessions.create(session)))
      const ended = Array.from({ length: 30 }, (_, index) => sessionOf(again, { createdAt: at(2 + index / 100) }))
      await Promise.all(ended.map((session) => sessions.create(session)))
      await sessions.delete(ended.map(({ tokenHash }) => tokenHash))

      expect(await sessions.listByUser(ann.id, at(0), null, 3)).toEqual(live)
    })
  })
}
