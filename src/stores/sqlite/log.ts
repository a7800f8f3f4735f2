import type { DatabaseSync } from 'node:sqlite'
import { fs } from '../../files.ts'
import { createDiskSync } from './disk-sync.ts'
import { createCheckpoints } from './checkpoints.ts'

/** The write-ahead log of an SQLite database, which takes all that is written first: https://www.sqlite.org/wal.html */
export interface SqliteLog {
  /** Tells of rows that were written. */
  wrote(rows: number): void
  /** Waits until all that was written is on the disk. */
  sync(): Promise<void>
  /** Waits for what is getting there now. */
  pending(): Promise<void>
  close(): Promise<void>
}

// In pages, by SQLite itself in the middle of a commit: 64 MiB, which the log reaches where no thread copies it.
const lastResort = 'PRAGMA wal_autocheckpoint = 16384'
const usual = 'PRAGMA wal_autocheckpoint = 1000'

/**
 * Opens the log of a database that is open, to flush it, and to copy it into the database's file, without holding up the
 * event loop. SQLite itself would hold it up for as long as the disk takes, and is left to do so where there is no log.
 */
export function openLog(database: DatabaseSync, file: string): SqliteLog {
  if (database.prepare('PRAGMA journal_mode').get()?.['journal_mode'] !== 'wal') {
    database.prepare('PRAGMA synchronous = FULL').run()
    return {
      wrote: () => undefined,
      sync: async () => undefined,
      pending: async () => undefined,
      close: async () => undefined,
    }
  }

  // The first look into the database makes the log. NORMAL keeps the order in which things get to the disk.
  database.prepare('SELECT 1 FROM sqlite_schema').get()
  database.prepare('PRAGMA synchronous = NORMAL').run()
  database.prepare(lastResort).run()
  const descriptor = fs.openSync(`${fs.realpathSync(file)}-wal`, 'r+')
  const checkpoints = createCheckpoints(file, () => database.prepare(usual).run())

  const { sync, pending, settled } = createDiskSync({
    flush: () => flushFile(descriptor),
    async rewrite() {
      const result = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
      if (result?.['busy'] !== 0) throw new Error('The disk failed, and the database is in use.')
    },
  })
  return {
    wrote: checkpoints.wrote,
    sync,
    pending,
    async close() {
      await checkpoints.close()
      await settled()
      fs.closeSync(descriptor)
    },
  }
}

function flushFile(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.fdatasync(descriptor, (error) => (error === null ? resolve() : reject(error)))
  })
}
