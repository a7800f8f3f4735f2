/** A browser that its user has logged in with. Carries no authority: it only counts its failed logins apart. */
export interface Device {
  /** Public: shown in lists and used to forget the device. Says nothing about the token. */
  readonly id: string
  /** SHA-256 of the token, as 64 hexadecimal digits. The token itself is kept nowhere. */
  readonly tokenHash: string
  readonly userId: string
  /** The user's `sessionGeneration` when the device was remembered. Another one means: it was forgotten since. */
  readonly generation: number
  readonly createdAt: Date
  readonly expiresAt: Date
}

/**
 * Where known devices are kept. A missing device is never an error: methods throw only when the database itself fails
 * (`UnavailableError`).
 *
 * A device is *current* while its `generation` equals its user's `sessionGeneration`: so it is forgotten by the same
 * write that ends all sessions or sets a password. One that isn't, or whose user is gone, is gone as well: no method
 * finds it.
 */
export interface DeviceStore {
  /**
   * Adds a device; `false`, and nothing is added, when its user is gone or has another `sessionGeneration`. Its
   * `tokenHash` and `id` are new: both are random.
   */
  create(device: Device): Promise<boolean>
  /** The current device with this token hash, expired or not; `null` when there is none. */
  find(tokenHash: string): Promise<Device | null>
  /** A user's current devices that expire after `now`, newest first. */
  listByUser(userId: string, now: Date): Promise<Device[]>
  /** Deletes the device, if it is there. */
  delete(tokenHash: string): Promise<void>
  /** Deletes a user's device by its public id; `false` when that user has no such device. */
  deleteById(userId: string, id: string): Promise<boolean>
  /** Deletes a user's devices. */
  deleteByUser(userId: string): Promise<void>
  /** Deletes those of a user's devices that are older than the `count` newest, from 1. */
  deleteOlder(userId: string, count: number): Promise<void>
  /** Deletes up to `limit` devices, current or not, whose `expiresAt` is before `instant`; returns how many. */
  deleteExpired(instant: Date, limit: number): Promise<number>
}
