import { describe, expect, it } from 'vitest'
import { days } from '../../src/duration.ts'
import { ConfigError, UnavailableError } from '../../src/errors.ts'
import { createTokenCookie } from '../../src/token/token-cookie.ts'
import { type KnownDevices, createKnownDevices, deviceExpiry, noDevices } from '../../src/device/known-devices.ts'
import { type SessionWorld, createSessionWorld } from '../session/session-world.ts'

type World = Pick<SessionWorld, 'store' | 'clock' | 'ann'> & {
  readonly devices: KnownDevices
  readonly reports: unknown[]
}

const cookie = createTokenCookie({ name: 'id-device', https: false, maxAge: deviceExpiry })

async function createWorld(): Promise<World> {
  const { store, clock, ann } = await createSessionWorld()
  const reports: unknown[] = []
  const report = (...args: unknown[]): void => void reports.push(args)
  return { devices: createKnownDevices({ open: async () => store, clock, cookie, report }), store, clock, ann, reports }
}

/** Remembers ann's browser, which sends the cookie `sent`; the cookie that it has then. */
async function remember({ devices, ann }: World, sent = ''): Promise<string> {
  const { headers } = await devices.remember(new Response(), new Headers({ cookie: sent }), ann)
  return headers.getSetCookie()[0]?.split(';')[0] ?? sent
}

describe('createKnownDevices', () => {
  it('keeps a device under its token for 30 days', async () => {
    const world = await createWorld()
    const first = await remember(world)
    world.clock.move(days(30) - 1)
    const kept = await remember(world, first)
    world.clock.move(1)

    expect(kept).toBe(first)
    expect(await remember(world, kept)).not.toBe(first)
  })

  it('tells of a device that the database couldn’t remember, and whose it is', async () => {
    const world = await createWorld()
    const error = new UnavailableError()
    world.store.failWith('devices.create', error)
    await remember(world)

    expect(world.reports).toEqual([['error', { userId: world.ann.id, error }]])
  })

  it('passes on that the app is set up wrongly', async () => {
    const { clock, ann } = await createWorld()
    const open = (): Promise<never> => Promise.reject(new ConfigError('No database.'))
    const devices = createKnownDevices({ open, clock, cookie, report: () => undefined })

    await expect(devices.remember(new Response(), new Headers(), ann)).rejects.toThrow('No database.')
  })
})

describe('noDevices', () => {
  it('knows none, and remembers none', async () => {
    const { ann } = await createWorld()
    const response = new Response()

    expect(await noDevices.find(new Headers())).toBeNull()
    expect(await noDevices.remember(response, new Headers(), ann)).toBe(response)
    expect(await noDevices.list(ann.id)).toEqual([])
    expect(await noDevices.end(ann.id, 'any')).toBe(false)
    expect(await noDevices.makeKnown(ann, null)).toEqual([])
  })
})
