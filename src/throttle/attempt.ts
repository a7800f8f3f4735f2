import type { Device } from '../device/device-store.ts'

/** What of a device the throttle goes by. */
export type KnownDevice = Pick<Device, 'id' | 'userId'>

/** Keys of a client's address: narrow (IPv4 address, IPv6 /64) and wide (IPv4 address, IPv6 /48). */
export interface AddressKeys {
  readonly narrow: string
  readonly wide: string
  /** Whether many clients may be behind it, which can't be told apart (default: false). */
  readonly isCrowd?: boolean
}

/** One try, by whom it is counted. */
export interface Attempt {
  /** `null` when unknown. */
  readonly address: AddressKeys | null
  /** The account that is tried, under one key for every spelling; the same kind of key for one that doesn't exist. */
  readonly accountKey: string
  /** What was typed, under one key for every spelling (default: `null`, nothing was). */
  readonly nameKey?: string | null
  /** The device that `auth.devices.find()` gave (default: none). It counts where it is one of the account's own. */
  readonly device?: KnownDevice | null
}

/** All clients whose address the host doesn't tell are one network. */
const unknownNetwork = 'unknown'

export function networkOf({ address }: Pick<Attempt, 'address'>): string {
  return address?.wide ?? unknownNetwork
}

/** The device of a try, where it is one of the account's own. */
export function ownDevice({ device = null, accountKey }: Partial<Attempt>): KnownDevice | null {
  return device !== null && accountKey === `user:${device.userId}` ? device : null
}
