import { describe, expect, it } from 'vitest'
import { mysqlDialect, postgresDialect, sqliteDialect } from '../../src/stores/dialect.ts'
import { resolveNames } from '../../src/stores/names.ts'
import {
  deviceStatements,
  leaseStatements,
  sessionStatements,
  userStatements,
} from '../../src/stores/sql-statements.ts'

const clocks =
  /\bnow\b|current_|localtime|utc_|curdate|curtime|sysdate|clock_timestamp|unix_timestamp\(\)|unixepoch|'now'/i

describe.each([
  ['SQLite', sqliteDialect],
  ['PostgreSQL', postgresDialect],
  ['MySQL', mysqlDialect],
])('the statements for %s', (_name, dialect) => {
  const names = resolveNames(dialect, {})

  it("read the database's clock nowhere but to say who cleans up (F9)", () => {
    const makers = [sessionStatements, deviceStatements, userStatements]
    const statements = makers.flatMap((make) => Object.values<string>({ ...make(dialect, names) }))

    expect(statements.length).toBeGreaterThan(25)
    expect(statements.filter((statement) => clocks.test(statement))).toEqual([])
    expect(leaseStatements(dialect, names).claim).toMatch(clocks)
  })
})
