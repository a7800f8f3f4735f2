import type { Session } from '../../session/session-store.ts'
import type { RunScript } from './client.ts'
import { isCrossSlot } from './errors.ts'
import { scripts } from './scripts.ts'
import { fromFields } from './session-fields.ts'

/** Finds those of some sessions that are there, by one script; in a Cluster, which has each elsewhere, by one for each. */
export function createFindAll(
  run: RunScript,
  sessionKey: (tokenHash: string) => string,
): (tokenHashes: readonly string[]) => Promise<Session[]> {
  let isCluster = false

  async function findEach(keys: readonly string[]): Promise<unknown[]> {
    return Promise.all(keys.map((key) => run(scripts.find, key, [])))
  }

  async function findTogether(keys: readonly string[]): Promise<unknown[]> {
    if (isCluster) return findEach(keys)
    try {
      // As many as there are keys.
      return (await run(scripts.findAll, keys, [])) as unknown[]
    } catch (error) {
      if (!isCrossSlot(error)) throw error
      isCluster = true
      return findEach(keys)
    }
  }

  return async function findAll(tokenHashes) {
    if (tokenHashes.length === 0) return []
    const replies = await findTogether(tokenHashes.map(sessionKey))
    return tokenHashes
      .map((tokenHash, index) => fromFields(tokenHash, replies[index] as unknown[]))
      .filter((session) => session !== null)
  }
}
