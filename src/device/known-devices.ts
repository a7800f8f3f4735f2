import { crypto } from '../crypto.ts'
import type { Clock } from '../clock.ts'
import { days } from '../duration.ts'
import { UnavailableError } from '../errors.ts'
import { type Occasion, type Report, occasionDetails } from '../events.ts'
import type { TokenCookie } from '../token/token-cookie.ts'
import { createToken, hashToken } from '../token/token.ts'
import type { User } from '../user/user-store.ts'
import type { Device, DeviceStore } from './device-store.ts'

/** A device as shown in a list: without anything that its token could be told from. */
export type ListedDevice = Omit<Device, 'tokenHash' | 'generation'>

/**
 * The browsers that users have logged in with: what fails elsewhere doesn't slow these down. Every method but
 * `remember` and `makeKnown` throws `UnavailableError` when the database fails.
 */
export interface KnownDevices {
  /** The device that a request comes from; `null` for any other. Costs no query where no device cookie came. */
  find(headers: Headers): Promise<Device | null>
  /**
   * The response to a login, with a cookie that makes its browser known for 90 days; the response as it is where the
   * browser is known already. A database that fails is reported: the login was right all the same.
   */
  remember(response: Response, headers: Headers, user: User): Promise<Response>
  /**
   * The same for an answer that doesn't exist yet: the values of its `Set-Cookie` headers, none where the browser is known.
   *
   * @param device - The one that `find` gave for the request.
   */
  makeKnown(user: User, device: Device | null): Promise<readonly string[]>
  /** A user's known devices, newest first. */
  list(userId: string): Promise<ListedDevice[]>
  /** Forgets one of a user's devices by its public id; `false` when that user has none of that id. */
  end(userId: string, id: string, occasion?: Occasion): Promise<boolean>
  /** Forgets every device of a user. Setting a password, and ending all sessions, do so as well. */
  endAll(userId: string, occasion?: Occasion): Promise<void>
}

/** How long a browser is known, in seconds. */
export const deviceExpiry: number = days(90)

/** The age at which a login gives a device a new token and another 90 days, in seconds. */
const renewalAge = days(30)

/** How many devices of a user are kept. Programs that log in often, and keep no cookie, would fill the table. */
const devicesPerUser = 20

export interface KnownDevicesOptions {
  readonly open: () => Promise<{ readonly devices: DeviceStore }>
  readonly clock: Clock
  readonly cookie: TokenCookie
  readonly report: Report
}

export function createKnownDevices({ open, clock, cookie, report }: KnownDevicesOptions): KnownDevices {
  async function find(headers: Headers): Promise<Device | null> {
    const token = cookie.read(headers)
    if (token === null) return null
    const { devices } = await open()
    const device = await devices.find(hashToken(token))
    return device !== null && clock.now() < device.expiresAt ? device : null
  }

  /** The new device's token; `null` where the browser is known, or its user's sessions were ended since. */
  async function add(user: User, known: Device | null): Promise<string | null> {
    const now = clock.now()
    const isFresh = known !== null && now.getTime() - known.createdAt.getTime() < renewalAge * 1000
    if (isFresh && known.userId === user.id) return null

    const { devices } = await open()
    const token = createToken()
    if (!(await devices.create(newDevice(token, user, now)))) return null
    // The browser keeps one device cookie, and is about to lose this one.
    if (known !== null) await devices.delete(known.tokenHash)
    await devices.deleteOlder(user.id, devicesPerUser)
    return token
  }

  /** What `addToken` gives; `null` where the database fails. */
  async function orReport(user: User, addToken: () => Promise<string | null>): Promise<string | null> {
    try {
      return await addToken()
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error
      report('error', { userId: user.id, error })
      return null
    }
  }

  return {
    find,

    async remember(response, headers, user) {
      const token = await orReport(user, async () => add(user, await find(headers)))
      return token === null ? response : cookie.set(response, token)
    },

    async makeKnown(user, device) {
      const token = await orReport(user, () => add(user, device))
      return token === null ? [] : [cookie.serialize(token)]
    },

    async list(userId) {
      const { devices } = await open()
      const found = await devices.listByUser(userId, clock.now())
      return found.map(({ tokenHash: _hash, generation: _generation, ...listed }) => listed)
    },

    async end(userId, id, occasion) {
      const { devices } = await open()
      const isEnded = await devices.deleteById(userId, id)
      if (isEnded) report('device_ended', { ...occasionDetails(occasion), userId })
      return isEnded
    },

    async endAll(userId, occasion) {
      const { devices } = await open()
      const isKnown = (await devices.listByUser(userId, clock.now())).length > 0
      await devices.deleteByUser(userId)
      if (isKnown) report('devices_ended', { ...occasionDetails(occasion), userId })
    },
  }
}

function newDevice(token: string, user: User, now: Date): Device {
  return {
    id: crypto().randomUUID(),
    tokenHash: hashToken(token),
    userId: user.id,
    generation: user.sessionGeneration,
    createdAt: now,
    expiresAt: new Date(now.getTime() + deviceExpiry * 1000),
  }
}

/** Where there is no throttle, nobody needs to be known. */
export const noDevices: KnownDevices = {
  find: async () => null,
  remember: async (response) => response,
  makeKnown: async () => [],
  list: async () => [],
  end: async () => false,
  endAll: async () => undefined,
}
