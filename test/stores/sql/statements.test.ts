import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { deviceStatements } from '../../../src/stores/sql/devices.ts'
import { mysqlDialect, postgresDialect, sqliteDialect } from '../../../src/stores/sql/dialect.ts'
import { schemaText } from '../../../src/stores/sql/migrations.ts'
import { leaseStatements } from '../../../src/stores/sql/leases.ts'
import { sessionStatements } from '../../../src/stores/sql/sessions.ts'
import { createTables } from '../../../src/stores/sql/tables.ts'
import { userStatements } from '../../../src/stores/sql/users.ts'

const clocks =
  /\bnow\b|current_|localtime|utc_|curdate|curtime|sysdate|clock_timestamp|unix_timestamp\(\)|unixepoch|'now'/i

describe.each([
  ['SQLite', sqliteDialect],
  ['PostgreSQL', postgresDialect],
  ['MySQL', mysqlDialect],
])('the statements for %s', (_name, dialect) => {
  const tables = createTables(dialect)

  it("read the database's clock nowhere but to say who cleans up (F9)", () => {
    const makers = [sessionStatements, deviceStatements, userStatements]
    const statements = makers.flatMap((make) => Object.values<string>({ ...make(dialect, tables) }))

    expect(statements.length).toBeGreaterThan(25)
    expect(statements.filter((statement) => clocks.test(statement))).toEqual([])
    expect(leaseStatements(dialect, tables).claim).toMatch(clocks)
  })
})

describe('the statements about all sessions of a user', () => {
  const tables = createTables(sqliteDialect)
  const { selectFirst, selectAfter, deleteOfUser, selectAmong } = sessionStatements(sqliteDialect, tables)

  it.each([
    ['the first page', selectFirst, 'latchkey_session_age (user_id=? AND generation=?)'],
    ['a later page', selectAfter, 'latchkey_session_age (user_id=? AND generation=? AND created_at<?)'],
    ['a batch to delete', deleteOfUser, '(user_id=?)'],
    ['many token hashes', selectAmong, 'SEARCH s USING PRIMARY KEY (token_hash=?)'],
  ])('read %s by an index, and sort nothing (A7, A8)', (_what, statement, search) => {
    using database = new DatabaseSync(':memory:')
    database.exec(schemaText(sqliteDialect, tables))
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all()
    const details = plan.map(({ detail }) => String(detail)).join('\n')

    expect(details).toContain(search)
    expect(details).not.toMatch(/TEMP B-TREE|SCAN/)
  })
})
