import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

// How long it waits for those who write.
const timeout = 1000

/** Copies the log into the database's file, and has the next write begin the log anew: https://www.sqlite.org/wal.html#ckpt */
function checkpoint(file: string): void {
  // Makes no file where there is none any more.
  const database = new DatabaseSync(new URL('?mode=rw', pathToFileURL(file)), { timeout })
  try {
    // First what needs no lock, so that writers wait only for what came in meanwhile.
    database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()
    database.prepare('PRAGMA wal_checkpoint(RESTART)').get()
  } finally {
    database.close()
  }
}

parentPort?.on('message', () => {
  try {
    checkpoint(String(workerData))
  } catch {
    // All of it is still in the log, and the next time may go better: there may be room on the disk again.
  }
  parentPort?.postMessage('done', [])
})
