import { describe, expect, it } from 'vitest'
import { UnavailableError } from '../errors.ts'
import { type CreateStore, openStore } from './open-store.ts'
import { at, sessionOf, userRecord } from './records.ts'
import { deletionContract } from './session-deletion-contract.ts'
import { listContract } from './session-list-contract.ts'
import { type World, expiryContract, forgettingContract } from './session-expiry-contract.ts'

export interface SessionStoreContractOptions {
  /** Whether the database forgets expired sessions by itself, so that there are none to delete (default: false). */
  readonly forgetsExpired?: boolean
}

/**
 * What a store promises about sessions: one test for each sentence of `SessionStore`. Runs under Vitest.
 *
 * @param createStore - Makes a store of its own, empty and not open, each time. It is closed after its test.
 */
export function sessionStoreContract(
  name: string,
  createStore: CreateStore,
  { forgetsExpired = false }: SessionStoreContractOptions = {},
): void {
  async function createWorld(): Promise<World> {
    const store = await openStore(createStore)
    const record = userRecord('ann')
    await store.users.create(record)
    return { store, sessions: store.sessions, ann: record.user }
  }

  describe(`${name} as SessionStore: create`, () => {
    it('adds a session that is found with its user', async () => {
      const { sessions, ann } = await createWorld()
      const session = sessionOf(ann)

      expect(await sessions.create(session)).toBe(true)
      expect(await sessions.findWithUser(session.tokenHash)).toEqual({ session, user: ann })
    })

    it('adds nothing for a user that is gone', async () => {
      const { sessions } = await createWorld()
      const session = sessionOf(userRecord('nobody').user)

      expect(await sessions.create(session)).toBe(false)
      expect(await sessions.findWithUser(session.tokenHash)).toBeNull()
    })

    it('adds nothing for a user whose sessions were all ended since it was read (F11)', async () => {
      const { store, sessions, ann } = await createWorld()
      await store.users.endSessions(ann.id)
      const session = sessionOf(ann)

      expect(await sessions.create(session)).toBe(false)
      expect(await sessions.findWithUser(session.tokenHash)).toBeNull()
    })
  })

  describe(`${name} as SessionStore: findWithUser`, () => {
    it('gives null for an unknown hash', async () => {
      const { sessions } = await createWorld()

      expect(await sessions.findWithUser('0'.repeat(64))).toBeNull()
    })

    it.each(["' OR '1'='1", '%', '_', '*', '\u0000', '; DROP TABLE latchkey_session', ''])(
      'takes %j for a value, not for a pattern or a statement (row 9)',
      async (tokenHash) => {
        const { sessions, ann } = await createWorld()
        const session = sessionOf(ann)
        await sessions.create(session)

        expect(await sessions.findWithUser(tokenHash)).toBeNull()
        expect(await sessions.findWithUser(session.tokenHash)).not.toBeNull()
      },
    )

    it('sees what changed of the user at once (row 6)', async () => {
      const { store, sessions, ann } = await createWorld()
      const session = sessionOf(ann)
      await sessions.create(session)
      await store.users.update(ann.id, { admin: true })

      expect((await sessions.findWithUser(session.tokenHash))?.user.admin).toBe(true)
    })

    it('finds no session of a user that was deleted (row 6)', async () => {
      const { store, sessions, ann } = await createWorld()
      const session = sessionOf(ann)
      await sessions.create(session)
      await store.users.delete(ann.id)

      expect(await sessions.findWithUser(session.tokenHash)).toBeNull()
    })

    it('finds, lists, extends and deletes none once all sessions of the user were ended (row 22)', async () => {
      const { store, sessions, ann } = await createWorld()
      const session = sessionOf(ann)
      await sessions.create(session)
      await store.users.endSessions(ann.id)

      expect(await sessions.findWithUser(session.tokenHash)).toBeNull()
      expect(await sessions.listByUser(ann.id, at(0), null, 100)).toEqual([])
      expect(await sessions.extend(session.tokenHash, at(30), at(90))).toBe(false)
      expect(await sessions.deleteById(ann.id, session.id)).toBe(false)
    })
  })

  describe(`${name} as SessionStore: extend`, () => {
    it('moves the expiry of a live session', async () => {
      const { sessions, ann } = await createWorld()
      const session = sessionOf(ann)
      await sessions.create(session)

      expect(await sessions.extend(session.tokenHash, at(30), at(90))).toBe(true)
      expect((await sessions.findWithUser(session.tokenHash))?.session.expiresAt).toEqual(at(90))
    })

    it('never moves it back, and says that the session is live all the same', async () => {
      const { sessions, ann } = await createWorld()
      const session = sessionOf(ann)
      await sessions.create(session)

      expect(await sessions.extend(session.tokenHash, at(30), at(45))).toBe(true)
      expect((await sessions.findWithUser(session.tokenHash))?.session.expiresAt).toEqual(at(60))
    })

    it.each([
      ['idle for too long', at(60)],
      ['at its end', at(3600)],
    ])('leaves a session that is %s as it is (row 21)', async (_how, now) => {
      const { sessions, ann } = await createWorld()
      const session = sessionOf(ann)
      await sessions.create(session)

      expect(await sessions.extend(session.tokenHash, now, at(7200))).toBe(false)
      expect((await sessions.findWithUser(session.tokenHash))?.session.expiresAt).toEqual(at(60))
    })

    it('brings no session back that was deleted since it was read (rows 16, 17; F10)', async () => {
      const { sessions, ann } = await createWorld()
      const session = sessionOf(ann)
      await sessions.create(session)
      await sessions.findWithUser(session.tokenHash)
      await sessions.delete([session.tokenHash])

      expect(await sessions.extend(session.tokenHash, at(30), at(90))).toBe(false)
      expect(await sessions.findWithUser(session.tokenHash)).toBeNull()
    })

    it('brings none back in a thousand races with a logout (row 16; F10)', async () => {
      const { sessions, ann } = await createWorld()
      const raced = Array.from({ length: 1_000 }, () => sessionOf(ann))
      await Promise.all(raced.map((session) => sessions.create(session)))

      await Promise.all(
        raced.flatMap(({ tokenHash }, index) => [
          // It may fail where others write: it waits for nobody.
          afterTurns(index % 3)
            .then(() => sessions.extend(tokenHash, at(30), at(90)))
            .catch(passUnavailable),
          afterTurns(index % 5).then(() => sessions.delete([tokenHash])),
        ]),
      )

      const found = await Promise.all(raced.map(({ tokenHash }) => sessions.findWithUser(tokenHash)))
      expect(found.filter(Boolean)).toEqual([])
      expect(await sessions.listByUser(ann.id, at(0), null, 100)).toEqual([])
    })
  })

  deletionContract(name, createWorld)
  listContract(name, createWorld)
  if (forgetsExpired) forgettingContract(name, createWorld)
  else expiryContract(name, createWorld)
}

async function afterTurns(turns: number): Promise<void> {
  if (turns === 0) return
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
  await afterTurns(turns - 1)
}

function passUnavailable(error: unknown): void {
  if (!(error instanceof UnavailableError)) throw error
}
