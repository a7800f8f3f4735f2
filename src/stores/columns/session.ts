import type { Session } from '../../session/session-store.ts'
import type { Columns } from './column.ts'

/** What whoever looks for a session may know of it. */
export type KnownOfSession = Partial<Pick<Session, 'tokenHash' | 'userId' | 'generation'>>

export function readSession(column: Columns, known: KnownOfSession = {}): Session {
  return {
    id: column.key(),
    tokenHash: known.tokenHash ?? column.key(),
    userId: known.userId ?? column.key(),
    generation: known.generation ?? column.count(),
    createdAt: column.instant(),
    expiresAt: column.instant(),
    maxExpiresAt: column.instant(),
  }
}
