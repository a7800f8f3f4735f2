import type { Device } from '../../device/device-store.ts'
import type { Columns } from './column.ts'

export function readDevice(column: Columns): Device {
  return {
    id: column.key(),
    tokenHash: column.key(),
    userId: column.key(),
    generation: column.count(),
    createdAt: column.instant(),
    expiresAt: column.instant(),
  }
}
