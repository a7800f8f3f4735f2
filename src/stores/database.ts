import { ConfigError, StoreFailedError } from '../errors.ts'
import type { SessionRisk } from '../session/separate-sessions.ts'
import { failClosed, toClosedError } from './fail-closed.ts'
import { isSplit, joinStore } from './joined-store.ts'
import { checkSessionsUrl, sessionsFromUrl } from './redis/sessions-from-url.ts'
import { checkDatabaseUrl, storeFromUrl } from './store-from-url.ts'
import type { SplitStore, Store } from './store.ts'

/** A store that is opened at its first use, and tried again at the next one when that failed. */
export interface Database {
  /** Opens it, and throws what went wrong. */
  ready(): Promise<void>
  /** The open store. To whoever uses it, one that can't be opened is one that can't serve now. */
  open(): Promise<Store>
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** A store, or the URL of one, whose driver is imported when it is opened. */
  readonly source: Store | SplitStore | string
  /** The URL of where sessions are kept, if not in `source`. */
  readonly sessionsUrl: string | null
  /** Called each time that the store was opened. */
  readonly onOpen: () => void
  /** Called at opening, for each way in which sessions are known to be lost. */
  readonly onRisk: (risk: SessionRisk) => void
}

const twoPlaces = 'The sessions of this store have a database of their own already: leave sessionsUrl out.'

/** @throws {ConfigError} When a URL names no known kind of store, or sessions have two places. */
export function createDatabase({ source, sessionsUrl, onOpen, onRisk }: DatabaseOptions): Database {
  if (typeof source === 'string') checkDatabaseUrl(source)
  if (sessionsUrl !== null) checkSessionsUrl(sessionsUrl)
  if (sessionsUrl !== null && typeof source !== 'string' && isSplit(source)) throw new ConfigError(twoPlaces)
  let opening: Promise<Store> | null = null

  async function createStore(): Promise<Store> {
    const store = typeof source === 'string' ? await storeFromUrl(source) : source
    return sessionsUrl === null
      ? joinStore(store, onRisk)
      : joinStore(store, onRisk, await sessionsFromUrl(sessionsUrl))
  }

  async function openNow(): Promise<Store> {
    const store = await createStore()
    try {
      await store.open()
    } catch (error) {
      // What it says of closing what isn't open matters to nobody.
      await store.close().catch(() => undefined)
      throw error
    }
    onOpen()
    return failClosed(store)
  }

  function open(): Promise<Store> {
    // No step more than this: every session check takes it.
    opening ??= openNow().catch((error: unknown) => {
      opening = null
      throw toClosedError(error)
    })
    return opening
  }

  return {
    open,

    async ready() {
      await open().catch((error: unknown) => {
        throw error instanceof StoreFailedError ? error.cause : error
      })
    },

    async close() {
      // Whoever opens hears of a failure; to close after one is no mistake.
      const store = await opening?.catch(() => null)
      opening = null
      await store?.close()
    },
  }
}
