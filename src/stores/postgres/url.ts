import { importDriver } from '../drivers/import-driver.ts'
import { postgresStore } from './store.ts'
import type { NameOptions } from '../sql/names.ts'
import type { Store } from '../store.ts'

/**
 * A store on a pool of its own, which ends with it.
 *
 * @throws {ConfigError} When `pg` isn't installed.
 */
export async function postgresFromUrl(url: string, names: NameOptions = {}): Promise<Store> {
  // Its older versions have no other export.
  const { default: pg } = await importDriver('pg', () => import('pg'))
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: 2000,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'latchkey',
  })
  // A connection that breaks while nobody uses it would end the process. The next statement gets another one.
  pool.on('error', () => {})

  let ending: Promise<void> | null = null
  return {
    ...postgresStore(pool, names),
    async close() {
      ending ??= pool.end()
      await ending
    },
  }
}
