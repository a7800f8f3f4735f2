import { setTimeout as pause } from 'node:timers/promises'
import { importDriver } from '../drivers/import-driver.ts'
import { isNetworkError } from '../drivers/network-errors.ts'
import { mysqlStore } from './store.ts'
import type { NameOptions } from '../sql/names.ts'
import type { Store } from '../store.ts'

interface OpenConnection {
  readonly stream: { readonly destroyed: boolean; destroy(): void }
}

const goodByeMs = 2000

/**
 * A store on a pool of its own, which ends with it.
 *
 * @throws {ConfigError} When `mysql2` isn't installed.
 */
export async function mysqlFromUrl(url: string, names: NameOptions = {}): Promise<Store> {
  const { createPool } = await importDriver('mysql2', () => import('mysql2/promise'))
  const pool = createPool({ uri: url, connectTimeout: 2000 })
  let connections: OpenConnection[] = []
  pool.on('connection', (connection) => {
    // The types leave out its stream.
    connections = [...connections.filter(isOpen), connection as unknown as OpenConnection]
  })

  async function end(): Promise<void> {
    // mysql2 tells here of connections that never came to be.
    const ended = pool.end().catch(ignoreNetworkError)
    // It waits for each connection to say good-bye, which a server that doesn't answer never does.
    await Promise.race([ended, pause(goodByeMs, null, { ref: false })])
    for (const { stream } of connections) stream.destroy()
  }

  let ending: Promise<void> | null = null
  return {
    ...mysqlStore(pool, names),
    async close() {
      ending ??= end()
      await ending
    },
  }
}

function isOpen({ stream }: OpenConnection): boolean {
  return !stream.destroyed
}

function ignoreNetworkError(error: unknown): void {
  if (!isNetworkError(error)) throw error
}
