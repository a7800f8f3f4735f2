import type { Store } from '../store.ts'
import type { Dialect } from './dialect.ts'
import type { SqlDriver } from './driver.ts'
import { finish } from './statements.ts'
import type { Tables } from './tables.ts'

/** Every statement about who cleans up. */
export interface LeaseStatements {
  readonly claim: string
}

// Nobody takes the right to clean up for so long.
const longestLeaseMs = 300_000

/**
 * By the database's clock, so that processes whose clocks differ agree. What ends too late was taken before that clock was
 * set back, and would keep everyone from cleaning up for as long.
 */
export function leaseStatements(dialect: Dialect, { leases }: Tables): LeaseStatements {
  const { name: lease, columns: l } = leases
  const fromNow = (ms: string): string => dialect.toInstant(`(${dialect.toMilliseconds(dialect.now)} + ${ms})`)
  return finish(dialect, {
    claim: `
      UPDATE ${lease} SET ${l.holder} = ?, ${l.expiresAt} = ${fromNow('?')}
      WHERE ${l.name} = 'cleaning'
        AND (${l.holder} = ? OR ${l.expiresAt} <= ${dialect.now} OR ${l.expiresAt} > ${fromNow(String(longestLeaseMs))})`,
  })
}

export function sqlCleaning(driver: SqlDriver, sql: LeaseStatements): Required<Pick<Store, 'claimCleaning'>> {
  return {
    async claimCleaning(holder, seconds) {
      return (await driver.writeUnsynced(sql.claim, [holder, seconds * 1000, holder])) === 1
    },
  }
}
