import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { SessionStore } from '../session/session-store.ts'
import type { Store } from '../stores/store.ts'
import type { User } from '../user/user-store.ts'
import { at, sessionOf } from './records.ts'

/** A store with one user. */
export interface World {
  readonly store: Store
  readonly sessions: SessionStore
  readonly ann: User
}

/** What becomes of expired sessions in a database that keeps them until they are deleted. */
export function expiryContract(name: string, createWorld: () => Promise<World>): void {
  describe(`${name} as SessionStore: expired sessions`, () => {
    it('finds a session that has expired, too', async () => {
      const { sessions, ann } = await createWorld()
      const session = sessionOf(ann, { expiresAt: at(-60), maxExpiresAt: at(-30) })
      await sessions.create(session)

      expect(await sessions.findWithUser(session.tokenHash)).toEqual({ session, user: ann })
    })

    it('deletes expired sessions up to a limit, and no live one (F15)', async () => {
      const { sessions, ann } = await createWorld()
      const live = sessionOf(ann)
      await sessions.create(live)
      await sessions.create(sessionOf(ann, { expiresAt: at(-2) }))
      await sessions.create(sessionOf(ann, { expiresAt: at(-1) }))
      await sessions.create(sessionOf(ann, { expiresAt: at(-1) }))

      expect(await sessions.deleteExpired(at(0), 2)).toBe(2)
      expect(await sessions.deleteExpired(at(0), 2)).toBe(1)
      expect(await sessions.deleteExpired(at(0), 2)).toBe(0)
      expect(await sessions.findWithUser(live.tokenHash)).not.toBeNull()
    })
  })
}

/** What becomes of them in a database that forgets them by itself. */
export function forgettingContract(name: string, createWorld: () => Promise<World>): void {
  describe(`${name} as SessionStore: expired sessions`, () => {
    it('has forgotten expired sessions, and no live one', async () => {
      const { sessions, ann } = await createWorld()
      const live = sessionOf(ann)
      const expired = sessionOf(ann, { createdAt: at(-2), expiresAt: at(-1.9) })
      await sessions.create(live)
      await sessions.create(expired)
      await pause(200)

      expect(await sessions.findWithUser(expired.tokenHash)).toBeNull()
      expect(await sessions.findWithUser(live.tokenHash)).not.toBeNull()
      expect(await sessions.deleteExpired(at(0), 2)).toBe(0)
    })
  })
}
