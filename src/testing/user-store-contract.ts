import { describe, expect, it } from 'vitest'
import type { UserStore } from '../user/user-store.ts'
import { type CreateStore, openStore } from './open-store.ts'
import { at, deviceOf, sessionOf, userRecord } from './records.ts'

/**
 * What a store promises about users: one test for each sentence of `UserStore`. Runs under Vitest.
 *
 * @param createStore - Makes a store of its own, empty and not open, each time. It is closed after its test.
 */
export function userStoreContract(name: string, createStore: CreateStore): void {
  async function openUsers(): Promise<UserStore> {
    return (await openStore(createStore)).users
  }

  describe(`${name} as UserStore: create and find`, () => {
    it('adds a user that is found by id, name and address', async () => {
      const users = await openUsers()
      const record = userRecord('ann', { emailKey: 'ann@example.org' })

      expect(await users.create(record)).toBeNull()
      expect(await users.findById(record.user.id)).toEqual(record.user)
      expect(await users.findByUsername('ann')).toEqual(record)
      expect(await users.findByEmail('ann@example.org')).toEqual(record)
    })

    it('gives null for what isn’t there', async () => {
      const users = await openUsers()
      await users.create(userRecord('ann'))

      expect(await users.findById('x')).toBeNull()
      expect(await users.findByUsername('bob')).toBeNull()
      expect(await users.findByEmail('')).toBeNull()
    })

    it('names the field that another user has already', async () => {
      const users = await openUsers()
      await users.create(userRecord('ann', { emailKey: 'ann@example.org' }))

      expect(await users.create(userRecord('ann'))).toBe('username')
      expect(await users.create(userRecord('bob', { emailKey: 'ann@example.org' }))).toBe('email')
      expect(await users.findByUsername('bob')).toBeNull()
    })

    it('takes any number of users without an address', async () => {
      const users = await openUsers()

      expect(await users.create(userRecord('ann'))).toBeNull()
      expect(await users.create(userRecord('bob'))).toBeNull()
    })

    it('adds one of a hundred at once under one name (row 68)', async () => {
      const users = await openUsers()

      const outcomes = await Promise.all(Array.from({ length: 100 }, () => users.create(userRecord('ann'))))

      expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'username')).toHaveLength(99)
    })

    it.each(['admin ', 'ADMIN', 'ádmin', 'admın', 'admin\u200b', 'admin%', "admin'--", 'admin\u0000', '%'])(
      'compares keys byte by byte: %j isn’t "admin" (rows 9, 11)',
      async (key) => {
        const users = await openUsers()
        await users.create(userRecord('admin', { emailKey: 'admin' }))

        expect(await users.findByUsername(key)).toBeNull()
        expect(await users.findByEmail(key)).toBeNull()
        const other = userRecord(key)
        expect(await users.create(other)).toBeNull()
        expect((await users.findByUsername(key))?.user.id).toBe(other.user.id)
      },
    )

    it.each(["'; DROP TABLE latchkey_user; --", '"', '\\', '?', '$1', '%_*', '\n', '𝒜\u{1F600}'])(
      'keeps %j as it is, wherever it stands (row 9)',
      async (text) => {
        const users = await openUsers()
        const { user } = userRecord(text)
        const record = {
          user: { ...user, email: text, firstName: text, lastName: text },
          usernameKey: text,
          emailKey: text,
          passwordHash: text,
        }
        await users.create(record)

        expect(await users.findByUsername(text)).toEqual(record)
        expect(await users.findByEmail(text)).toEqual(record)
      },
    )

    it('lists by bytes: what UTF-16 puts first may come last', async () => {
      const users = await openUsers()
      await Promise.all(['\u{1F600}', '\uFF5E', 'b', 'B'].map((key) => users.create(userRecord(key))))

      const listed = await users.list(null, 10)

      expect(listed.map(({ usernameKey }) => usernameKey)).toEqual(['B', 'b', '\uFF5E', '\u{1F600}'])
      expect((await users.list('\uFF5E', 10)).map(({ usernameKey }) => usernameKey)).toEqual(['\u{1F600}'])
    })

    it('lists users by name, behind one and up to a limit', async () => {
      const users = await openUsers()
      await Promise.all(['carol', 'ann', 'dave', 'bob'].map((key) => users.create(userRecord(key))))

      const names = async (after: string | null, limit: number): Promise<string[]> =>
        (await users.list(after, limit)).map(({ usernameKey }) => usernameKey)

      expect(await names(null, 3)).toEqual(['ann', 'bob', 'carol'])
      expect(await names('carol', 3)).toEqual(['dave'])
    })
  })

  describe(`${name} as UserStore: changes`, () => {
    it('changes the named fields and no others', async () => {
      const users = await openUsers()
      const { user, ...keys } = userRecord('ann')
      await users.create({ user, ...keys })

      expect(await users.update(user.id, { firstName: 'Ann', admin: true })).toBe(true)
      expect(await users.update(user.id, { firstName: null, superuser: true })).toBe(true)
      expect(await users.findById(user.id)).toEqual({ ...user, admin: true, superuser: true })
    })

    it('ends every session of a user who becomes inactive, in one step, for good (B3)', async () => {
      const { users, sessions } = await openStore(createStore)
      const record = userRecord('ann')
      await users.create(record)
      const session = sessionOf(record.user)
      await sessions.create(session)

      expect(await users.update(record.user.id, { active: true, admin: true })).toBe(true)
      expect(await sessions.findWithUser(session.tokenHash)).not.toBeNull()
      expect(await users.update(record.user.id, { active: false })).toBe(true)
      expect(await users.update(record.user.id, { active: true })).toBe(true)
      expect(await sessions.findWithUser(session.tokenHash)).toBeNull()
      expect(await sessions.create(sessionOf(record.user))).toBe(false)
    })

    it('sets a hash and ends every session, in one step (row 19, F2)', async () => {
      const { users, sessions } = await openStore(createStore)
      const record = userRecord('ann')
      await users.create(record)
      const session = sessionOf(record.user)
      await sessions.create(session)

      expect(await users.setPasswordHash(record.user.id, 'another')).toBe(true)
      expect((await users.findByUsername('ann'))?.passwordHash).toBe('another')
      expect(await sessions.findWithUser(session.tokenHash)).toBeNull()
    })

    it('lets no session begin that a hash from before it allowed (F11)', async () => {
      const { users, sessions } = await openStore(createStore)
      const record = userRecord('ann')
      await users.create(record)
      await users.setPasswordHash(record.user.id, 'another')

      expect(await sessions.create(sessionOf(record.user))).toBe(false)
    })

    it('changes a hash and ends every session only while it is still the one that was read (rows 19, 61; F11)', async () => {
      const { users, sessions } = await openStore(createStore)
      const record = userRecord('ann', { passwordHash: 'first' })
      await users.create(record)
      const session = sessionOf(record.user)
      await sessions.create(session)

      expect(await users.changePasswordHash(record.user.id, 'other', 'second')).toBe(false)
      expect(await sessions.findWithUser(session.tokenHash)).not.toBeNull()
      expect(await users.changePasswordHash(record.user.id, 'first', 'second')).toBe(true)
      expect((await users.findByUsername('ann'))?.passwordHash).toBe('second')
      expect(await sessions.findWithUser(session.tokenHash)).toBeNull()
    })

    it('makes one of a hundred changes that began with the same hash (row 61, F11)', async () => {
      const users = await openUsers()
      const record = userRecord('ann', { passwordHash: 'first' })
      await users.create(record)

      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, index) => users.changePasswordHash(record.user.id, 'first', `next ${index}`)),
      )

      expect(outcomes.filter((isChanged) => isChanged)).toHaveLength(1)
      expect((await users.findById(record.user.id))?.sessionGeneration).toBe(1)
    })

    it('replaces a hash only while it is still the one that was read (row 56)', async () => {
      const users = await openUsers()
      const { user, ...keys } = userRecord('ann', { passwordHash: 'first' })
      await users.create({ user, ...keys })

      expect(await users.upgradePasswordHash(user.id, 'other', 'second')).toBe(false)
      expect(await users.upgradePasswordHash(user.id, 'first', 'second')).toBe(true)
      expect(await users.findByUsername('ann')).toEqual({ user, ...keys, passwordHash: 'second' })
    })

    it('records a login', async () => {
      const users = await openUsers()
      const { user, ...keys } = userRecord('ann')
      await users.create({ user, ...keys })
      await users.recordLogin(user.id, at(5))

      expect((await users.findById(user.id))?.lastLogin).toEqual(at(5))
    })

    it('deletes a user and its sessions', async () => {
      const { users, sessions } = await openStore(createStore)
      const record = userRecord('ann')
      await users.create(record)
      await sessions.create(sessionOf(record.user))

      expect(await users.delete(record.user.id)).toBe(true)
      expect(await users.findById(record.user.id)).toBeNull()
      expect(await sessions.deleteExpired(at(100_000), 10)).toBe(0)
    })

    it('deletes a user with hundreds of sessions and devices, and leaves none of them (A7)', async () => {
      const { users, sessions, devices } = await openStore(createStore)
      const [ann, bob] = [userRecord('ann'), userRecord('bob')]
      await users.create(ann)
      await users.create(bob)
      const all = Array.from({ length: 350 }, () => sessionOf(ann.user))
      await Promise.all(all.map((session) => sessions.create(session)))
      await Promise.all(Array.from({ length: 150 }, () => devices.create(deviceOf(ann.user))))
      const other = sessionOf(bob.user)
      await sessions.create(other)

      expect(await users.delete(ann.user.id)).toBe(true)
      expect(await users.findById(ann.user.id)).toBeNull()
      const found = await Promise.all(all.map(({ tokenHash }) => sessions.findWithUser(tokenHash)))
      expect(found.filter(Boolean)).toEqual([])
      expect(await devices.deleteExpired(at(100_000), 1_000)).toBe(0)
      expect(await sessions.findWithUser(other.tokenHash)).toEqual({ session: other, user: bob.user })
    })

    it('says false for a user that isn’t there', async () => {
      const users = await openUsers()

      expect(await users.update('x', { admin: true })).toBe(false)
      expect(await users.setPasswordHash('x', 'hash')).toBe(false)
      expect(await users.changePasswordHash('x', 'a', 'b')).toBe(false)
      expect(await users.upgradePasswordHash('x', 'a', 'b')).toBe(false)
      expect(await users.endSessions('x')).toBe(false)
      expect(await users.delete('x')).toBe(false)
      await users.recordLogin('x', at(0))
    })
  })
}
