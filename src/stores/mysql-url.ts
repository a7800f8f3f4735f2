import { importDriver } from './import-driver.ts'
import { isNetworkError } from './network-errors.ts'
import { mysqlStore } from './mysql.ts'
import type { Store } from './store.ts'

/**
 * A store on a pool of its own, which ends with it.
 *
 * @throws {ConfigError} When `mysql2` isn't installed.
 */
export async function mysqlFromUrl(url: string): Promise<Store> {
  const { createPool } = await importDriver('mysql2', () => import('mysql2/promise'))
  const pool = createPool({ uri: url, connectTimeout: 2000 })

  let ending: Promise<void> | null = null
  return {
    ...mysqlStore(pool),
    async close() {
      // mysql2 tells here of connections that never came to be.
      ending ??= pool.end().catch(ignoreNetworkError)
      await ending
    },
  }
}

function ignoreNetworkError(error: unknown): void {
  if (!isNetworkError(error)) throw error
}
