import { ConfigError } from '../../errors.ts'
import { mysqlDialect } from '../sql/dialect.ts'
import { probeMs, probeText } from '../drivers/probe.ts'
import type { Row, SqlDriver } from '../sql/driver.ts'

const { toInstant, toMilliseconds } = mysqlDialect

// The bytes of the text as they arrive, a text as it comes back, an instant there and back, and what makes writes hold.
const probe = `
  SELECT HEX(?), CONVERT(X'${Buffer.from(probeText).toString('hex')}' USING utf8mb4), ${toMilliseconds(toInstant('?'))},
    @@sql_mode, @@autocommit, @@foreign_key_checks, @@unique_checks`

export const charsetCure =
  'The MySQL connection changes letters. Leave the charset of the pool, or of the URL, at utf8mb4.'

/** @throws {ConfigError} When a connection was set so that names, instants or writes don't arrive whole. */
export async function checkMysqlConnection({ first }: Pick<SqlDriver, 'first'>): Promise<void> {
  const row = (await first(probe, [probeText, probeMs])) ?? []
  const fault = faultOf(row)
  if (fault !== null) throw new ConfigError(fault)
}

function faultOf([hex, text, milliseconds, sqlMode, autocommit, foreignKeys, uniqueKeys]: Row): string | null {
  if (hex !== Buffer.from(probeText).toString('hex').toUpperCase() || text !== probeText) return charsetCure
  if (Number(milliseconds) !== probeMs)
    return 'The MySQL connection changes instants. Use a pool of the package mysql2.'
  if (!/STRICT_(?:TRANS|ALL)_TABLES/.test(String(sqlMode))) {
    return 'MySQL cuts texts that are too long. Let sql_mode have STRICT_TRANS_TABLES, as it does by default.'
  }
  if (Number(autocommit) !== 1) return 'The MySQL connection commits nothing by itself. Leave autocommit at 1.'
  if (Number(foreignKeys) !== 1 || Number(uniqueKeys) !== 1) {
    return 'The MySQL connection checks no keys. Leave foreign_key_checks and unique_checks at 1.'
  }
  return null
}
