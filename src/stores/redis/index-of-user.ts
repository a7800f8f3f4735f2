import { UnavailableError } from '../../errors.ts'
import type { Session, SessionPosition } from '../../session/session-store.ts'
import type { RunScript } from './client.ts'
import { scripts } from './scripts.ts'

/** Whose sessions: when all of them end, an index of another generation begins. */
type Owner = Pick<Session, 'userId' | 'generation'>

/** What an index knows of a session. */
type Entry = Pick<Session, 'id' | 'tokenHash' | 'maxExpiresAt'>

/** Which sessions a user has, for lists alone: nothing that must hold depends on it. */
export interface SessionIndex {
  add(session: Session): Promise<void>
  remove(owner: Owner, entries: readonly Entry[]): Promise<void>
  /** Newest first, from the instant of `after`, and `offset` behind that. */
  list(owner: Owner, after: SessionPosition | null, offset: number, limit: number): Promise<Entry[]>
  /** The token hash of a session's id, after looking at all of them, a thousand at a time. */
  find(owner: Owner, id: string): Promise<string | null>
}

export function createIndex(run: RunScript, prefix: string): SessionIndex {
  const key = ({ userId, generation }: Owner): string => `${prefix}:sessions:${userId}:${generation}`

  return {
    async add(session) {
      const values = [String(session.createdAt.getTime()), toText(session), lifeMs(session, session.maxExpiresAt)]
      await run(scripts.addToIndex, key(session), values)
    },

    async remove(owner, entries) {
      if (entries.length === 0) return
      try {
        await run(scripts.removeFromIndex, key(owner), entries.map(toText))
      } catch (error) {
        // The sessions are gone all the same; their entries follow when they would have ended.
        if (!(error instanceof UnavailableError)) throw error
      }
    },

    async list(owner, after, offset, limit) {
      const values = [after === null ? '+inf' : String(after.createdAt.getTime()), String(offset), String(limit)]
      return ((await run(scripts.list, key(owner), values)) as unknown[]).map(toEntry)
    },

    async find(owner, id) {
      const pattern = `${id.replaceAll(/[*?[\]\\^-]/g, '\\$&')}:*`
      let cursor = '0'
      do {
        // As ZSCAN replies: each entry is followed by its score.
        const [next, entries] = (await run(scripts.scan, key(owner), [cursor, pattern])) as [unknown, unknown[]]
        const found = entries.map(toEntry).find((entry) => entry.id === id)
        if (found !== undefined) return found.tokenHash
        cursor = String(next)
      } while (cursor !== '0')
      return null
    },
  }
}

/** Its beginning is what sessions of one instant are ordered by, its end the last one of the session. */
function toText({ id, tokenHash, maxExpiresAt }: Entry): string {
  return `${id}:${tokenHash}:${maxExpiresAt.getTime()}`
}

function toEntry(text: unknown): Entry {
  const [id = '', tokenHash = '', end] = String(text).split(':')
  return { id, tokenHash, maxExpiresAt: new Date(Number(end)) }
}

/** Counted by the app's clock from beginning to end, so that it doesn't matter what time it is for Redis. */
export function lifeMs({ createdAt }: Session, end: Date): string {
  return String(Math.max(1, end.getTime() - createdAt.getTime()))
}
