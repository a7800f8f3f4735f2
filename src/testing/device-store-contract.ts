import { describe, expect, it } from 'vitest'
import type { Store } from '../stores/store.ts'
import type { DeviceStore } from '../device/device-store.ts'
import type { User } from '../user/user-store.ts'
import { type CreateStore, openStore } from './open-store.ts'
import { at, deviceOf, userRecord } from './records.ts'

interface World {
  readonly store: Store
  readonly devices: DeviceStore
  readonly ann: User
  readonly bob: User
}

/**
 * What a store promises about known devices: one test for each sentence of `DeviceStore`. Runs under Vitest.
 *
 * @param createStore - Makes a store of its own, empty and not open, each time. It is closed after its test.
 */
export function deviceStoreContract(name: string, createStore: CreateStore): void {
  async function createWorld(): Promise<World> {
    const store = await openStore(createStore)
    const [ann, bob] = [userRecord('ann'), userRecord('bob')]
    await store.users.create(ann)
    await store.users.create(bob)
    return { store, devices: store.devices, ann: ann.user, bob: bob.user }
  }

  describe(`${name} as DeviceStore`, () => {
    it('adds a device that is found by its token hash alone, expired or not', async () => {
      const { devices, ann } = await createWorld()
      const device = deviceOf(ann, { expiresAt: at(-1) })

      expect(await devices.create(device)).toBe(true)
      expect(await devices.find(device.tokenHash)).toEqual(device)
      expect(await devices.find(device.id)).toBeNull()
      expect(await devices.find('')).toBeNull()
    })

    it('adds none for a user who is gone, or whose generation has moved', async () => {
      const { devices, store, ann } = await createWorld()
      await store.users.endSessions(ann.id)
      const late = deviceOf(ann)

      expect(await devices.create(late)).toBe(false)
      expect(await devices.create(deviceOf({ ...ann, id: 'x' }))).toBe(false)
      expect(await devices.find(late.tokenHash)).toBeNull()
    })

    it.each<[string, (store: Store, user: User) => Promise<boolean>]>([
      ['all sessions end', (store, user) => store.users.endSessions(user.id)],
      ['a password is set', (store, user) => store.users.setPasswordHash(user.id, 'another')],
      ['the user is deleted', (store, user) => store.users.delete(user.id)],
    ])('forgets a user’s devices when %s, and no other’s (row 19)', async (_when, end) => {
      const { devices, store, ann, bob } = await createWorld()
      const [device, other] = [deviceOf(ann), deviceOf(bob)]
      await devices.create(device)
      await devices.create(other)
      await end(store, ann)

      expect(await devices.find(device.tokenHash)).toBeNull()
      expect(await devices.listByUser(ann.id, at(0))).toEqual([])
      expect(await devices.deleteById(ann.id, device.id)).toBe(false)
      expect(await devices.find(other.tokenHash)).toEqual(other)
    })

    it('leaves no row of a user who is deleted', async () => {
      const { devices, store, ann } = await createWorld()
      await devices.create(deviceOf(ann))
      await store.users.delete(ann.id)

      expect(await devices.deleteExpired(at(100_000), 10)).toBe(0)
    })

    it('lists a user’s devices that haven’t expired, newest first', async () => {
      const { devices, ann, bob } = await createWorld()
      const older = deviceOf(ann, { createdAt: at(-10) })
      const newer = deviceOf(ann)
      await devices.create(older)
      await devices.create(newer)
      await devices.create(deviceOf(ann, { expiresAt: at(0) }))
      await devices.create(deviceOf(bob))

      expect(await devices.listByUser(ann.id, at(0))).toEqual([newer, older])
    })

    it('deletes one by its token hash', async () => {
      const { devices, ann } = await createWorld()
      const [device, other] = [deviceOf(ann), deviceOf(ann)]
      await devices.create(device)
      await devices.create(other)
      await devices.delete(device.tokenHash)
      await devices.delete(device.tokenHash)

      expect(await devices.find(device.tokenHash)).toBeNull()
      expect(await devices.find(other.tokenHash)).toEqual(other)
    })

    it('deletes one by its public id, for its own user alone (row 8)', async () => {
      const { devices, ann, bob } = await createWorld()
      const device = deviceOf(ann)
      await devices.create(device)

      expect(await devices.deleteById(bob.id, device.id)).toBe(false)
      expect(await devices.deleteById(ann.id, device.tokenHash)).toBe(false)
      expect(await devices.deleteById(ann.id, device.id)).toBe(true)
      expect(await devices.deleteById(ann.id, device.id)).toBe(false)
    })

    it('deletes a user’s devices, and no other’s', async () => {
      const { devices, ann, bob } = await createWorld()
      const other = deviceOf(bob)
      await devices.create(deviceOf(ann))
      await devices.create(deviceOf(ann))
      await devices.create(other)
      await devices.deleteByUser(ann.id)

      expect(await devices.listByUser(ann.id, at(0))).toEqual([])
      expect(await devices.listByUser(bob.id, at(0))).toEqual([other])
    })

    it('deletes those older than the newest of a user, and none of others', async () => {
      const { devices, ann, bob } = await createWorld()
      const all = [3, 1, 2].map((seconds) => deviceOf(ann, { createdAt: at(seconds) }))
      const other = deviceOf(bob)
      await Promise.all([...all, other].map((device) => devices.create(device)))
      await devices.deleteOlder(ann.id, 2)
      await devices.deleteOlder(bob.id, 2)

      expect(await devices.listByUser(ann.id, at(0))).toEqual([all[0], all[2]])
      expect(await devices.listByUser(bob.id, at(0))).toEqual([other])
    })

    it('deletes expired ones up to a limit, and no other (F15)', async () => {
      const { devices, ann } = await createWorld()
      const live = deviceOf(ann)
      await devices.create(live)
      await devices.create(deviceOf(ann, { expiresAt: at(-2) }))
      await devices.create(deviceOf(ann, { expiresAt: at(-1) }))
      await devices.create(deviceOf(ann, { expiresAt: at(-1) }))

      expect(await devices.deleteExpired(at(0), 2)).toBe(2)
      expect(await devices.deleteExpired(at(0), 2)).toBe(1)
      expect(await devices.deleteExpired(at(0), 2)).toBe(0)
      expect(await devices.find(live.tokenHash)).toEqual(live)
    })
  })
}
