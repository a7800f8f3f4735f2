import { checkDatabaseUrl, storeFromUrl } from './open-store.ts'
import type { Store } from './store.ts'

/** A store that is opened at its first use, and tried again at the next one when that failed. */
export interface Database {
  open(): Promise<Store>
  close(): Promise<void>
}

/**
 * @param source - A store, or the URL of one, whose driver is imported when it is opened.
 * @param onOpen - Called each time that the store was opened.
 * @throws {ConfigError} When the URL names no known kind of store.
 */
export function createDatabase(source: Store | string, onOpen: () => void): Database {
  if (typeof source === 'string') checkDatabaseUrl(source)
  let opening: Promise<Store> | null = null

  async function openNow(): Promise<Store> {
    const store = typeof source === 'string' ? await storeFromUrl(source) : source
    try {
      await store.open()
    } catch (error) {
      await store.close()
      throw error
    }
    onOpen()
    return store
  }

  return {
    open() {
      opening ??= openNow().catch((error: unknown) => {
        opening = null
        throw error
      })
      return opening
    },

    async close() {
      const store = await opening
      opening = null
      await store?.close()
    },
  }
}
