import { ConfigError } from '../../errors.ts'
import { postgresDialect } from '../sql/dialect.ts'
import { probeMs } from '../drivers/probe.ts'
import type { Row, SqlDriver } from '../sql/driver.ts'

const { toInstant, toMilliseconds } = postgresDialect

// A value of each type that statements ask for, then what makes texts and writes hold.
const probe = `
  SELECT 'text'::text, ${toMilliseconds(toInstant('$1'))}, true, 7::integer,
    current_setting('server_encoding'), current_setting('client_encoding'), current_setting('session_replication_role')`

/** @throws {ConfigError} When a connection, or what the pool makes of answers, was set so that something doesn't arrive whole. */
export async function checkPostgresConnection({ first }: Pick<SqlDriver, 'first'>): Promise<void> {
  const row = (await first(probe, [probeMs])) ?? []
  const fault = faultOf(row)
  if (fault !== null) throw new ConfigError(fault)
}

function faultOf([text, milliseconds, yes, number, server, client, role]: Row): string | null {
  if (text !== 'text' || milliseconds !== probeMs || yes !== true || number !== 7) {
    return (
      'The PostgreSQL pool changes texts, numbers or booleans. Leave the type parsers of pg for text, boolean, integer and ' +
      'double precision as they are, and extra_float_digits at 1.'
    )
  }
  if (server !== 'UTF8') return `The PostgreSQL database is encoded in ${server}. Use one that is encoded in UTF8.`
  if (client !== 'UTF8') {
    return `The PostgreSQL connection is encoded in ${client}. Leave client_encoding, and PGCLIENTENCODING, at UTF8.`
  }
  if (role !== 'origin') {
    return 'The PostgreSQL connection checks no foreign keys. Leave session_replication_role at origin.'
  }
  return null
}
