import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type Checkpoints, createCheckpoints } from '../../../src/stores/sqlite/checkpoints.ts'
import { sqliteStore } from '../../../src/stores/sqlite.ts'
import { sessionOf, userRecord } from '../../../src/testing/records.ts'

let path: string

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'latchkey-checkpoints-')), 'latchkey.db')
})

const pageBytes = 4096

/** A database whose log holds so many rows, each on a page of its own, and that copies nothing by itself. */
function openFullLog(rows: number): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE row (text TEXT)')
  const insert = database.prepare(`INSERT INTO row VALUES ('${'x'.repeat(3000)}')`)
  for (let row = 0; row < rows; row += 1) insert.run()
  return database
}

async function copyLog(checkpoints: Checkpoints): Promise<void> {
  checkpoints.wrote(300)
  await checkpoints.close()
}

describe('createCheckpoints', () => {
  it('copies the log into the file, and has the next write begin it anew', async () => {
    using database = openFullLog(200)
    const logBytes = statSync(`${path}-wal`).size
    await copyLog(createCheckpoints(path, () => undefined))
    database.exec("INSERT INTO row VALUES ('y')")

    expect(statSync(path).size).toBeGreaterThan(200 * pageBytes)
    expect(statSync(`${path}-wal`).size).toBe(logBytes)
  })

  it('does so once some rows were written, and not before', async () => {
    using database = openFullLog(200)
    const checkpoints = createCheckpoints(path, () => undefined)
    checkpoints.wrote(299)
    await checkpoints.close()

    expect(database.isOpen).toBe(true)
    expect(statSync(path).size).toBeLessThan(200 * pageBytes)
  })

  it('waits for those who write, and has the log begin anew all the same', async () => {
    using database = openFullLog(200)
    database.exec("BEGIN IMMEDIATE; INSERT INTO row VALUES ('y')")
    setTimeout(() => database.exec('COMMIT'), 600)
    await copyLog(createCheckpoints(path, () => undefined))

    database.exec("INSERT INTO row VALUES ('z')")

    expect(database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()?.['log']).toBeLessThan(10)
  })

  it('holds nobody up who writes while somebody reads for long, as a backup does', async () => {
    using database = openFullLog(200)
    using reader = new DatabaseSync(path)
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM row').get()
    const copied = copyLog(createCheckpoints(path, () => undefined)).then(() => true)

    // Writes go on, each at once or not at all, until the thread is done.
    const write = async (): Promise<boolean> => {
      database.exec("INSERT INTO row VALUES ('y')")
      return Promise.race([copied, pause(5, false)])
    }
    while (!(await write()));

    expect(reader.isTransaction).toBe(true)
  })

  it('makes no file where somebody has taken it away', async () => {
    openFullLog(1).close()
    rmSync(path)
    await copyLog(createCheckpoints(path, () => undefined))

    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined()
  })

  it('says once that no thread can be had', async () => {
    vi.doMock('node:worker_threads', () => ({ Worker: null }))
    const onFault = vi.fn<() => void>()
    const checkpoints = createCheckpoints(path, onFault)
    checkpoints.wrote(300)
    await vi.waitFor(() => expect(onFault).toHaveBeenCalledOnce())
    await copyLog(checkpoints)
    vi.doUnmock('node:worker_threads')

    expect(onFault).toHaveBeenCalledOnce()
  })
})

describe('sqliteStore', () => {
  it('has its log copied while it is open, so that it stays small', async () => {
    const store = sqliteStore({ path })
    await store.open()
    const { user, ...keys } = userRecord('ann')
    await store.users.create({ user, ...keys })
    for (let count = 0; count < 3000; count += 1) {
      await store.sessions.create({ ...sessionOf(user), id: `id-${count}`, tokenHash: `hash-${count}` })
    }
    const fileBytes = statSync(path).size
    const logBytes = statSync(`${path}-wal`).size
    await store.close()

    // Each session is written to four pages or more, a log that grows holds them all.
    expect(logBytes).toBeLessThan(3000 * pageBytes * 2)
    expect(fileBytes).toBeGreaterThan(50 * pageBytes)
  })
})
