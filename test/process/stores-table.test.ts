import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** What a cell says, and the test that shows it. */
type Claim = readonly [says: string, file: string, test: string]

const noServer = ['no', 'test/process/database-programs.test.ts', 'a DATABASE_URL where no server is'] as const
const anyMachines = 'on any number of machines'
const shared = ['test/process/store-processes.test.ts', 'see at once what another one ended'] as const
const killed = ['test/faults/database-down.test.ts', 'loses nothing when the database itself is killed'] as const
const inNoFile = ['no', 'test/stores/store-from-url.test.ts', 'keeps records of %s in no file'] as const
const waits = 'leaves it to the database to wait for its disk'

/** Embedded? Several processes? Survives a restart? Survives power loss? */
const claims: Readonly<Record<string, readonly Claim[]>> = {
  SQLite: [
    ['yes', 'test/stores/sqlite.test.ts', 'makes a file for its owner alone'],
    ['on one machine', ...shared],
    ['yes', 'test/stores/sqlite.test.ts', 'keeps what was there'],
    ['yes', 'test/stores/sqlite.test.ts', 'has on disk what it acknowledged'],
  ],
  PostgreSQL: [
    noServer,
    [anyMachines, ...shared],
    ['yes', ...killed],
    ['yes, unless set otherwise', 'test/stores/postgres.test.ts', waits],
  ],
  'MySQL or MariaDB': [
    noServer,
    [anyMachines, ...shared],
    ['yes', ...killed],
    ['yes, unless set otherwise', 'test/stores/mysql.test.ts', waits],
  ],
  Redis: [
    ['no', 'test/process/redis-faults.test.ts', 'are unavailable while it is down'],
    [anyMachines, 'test/process/redis-processes.test.ts', 'lets processes share sessions'],
    ['with appendonly yes', ...killed],
    ['all but about a second', 'test/process/redis-crash.test.ts', 'are live again when their logout was lost'],
  ],
  memory: [
    ['yes', 'test/stores/store-from-url.test.ts', 'keeps records of %s in no file'],
    inNoFile,
    inNoFile,
    inNoFile,
  ],
}

function plain(cell: string): string {
  return cell.replaceAll(/\[([^\]]*)\]\([^)]*\)|`/g, '$1').trim()
}

function rowsOfReadme(): string[][] {
  const [, table = ''] =
    /^\| store .*\n\| ---.*\n((?:\|.*\n)+)/m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
  const lines = table.trim().split('\n')
  return lines.map((line) => line.split('|').slice(1, -1).map(plain))
}

describe('the table of stores in the README', () => {
  it('says of each store what is shown by a test', () => {
    const said = rowsOfReadme().map(([store = '', , ...cells]) => [store.replace(/,.*| for .*/, ''), ...cells])

    expect(said).toEqual(Object.entries(claims).map(([store, cells]) => [store, ...cells.map(([says]) => says)]))
  })

  it.each(Object.values(claims).flat())('"%s" is shown in %s: %s', (_says, file, test) => {
    expect(readFileSync(join(root, file), 'utf8')).toContain(test)
  })
})
