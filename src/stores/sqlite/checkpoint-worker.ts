import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

// How long it waits for those who write.
const timeout = 1000
/** How long a look into the database may take, in milliseconds. */
const lookMs = 20

/** Copies the log into the database's file, and has the next write begin the log anew: https://www.sqlite.org/wal.html#ckpt */
async function checkpoint(file: string): Promise<void> {
  // Makes no file where there is none any more.
  const database = new DatabaseSync(new URL('?mode=rw', pathToFileURL(file)), { timeout })
  try {
    // First what needs no lock, so that writers wait only for what came in meanwhile.
    if (await copyUnlocked(database)) database.prepare('PRAGMA wal_checkpoint(RESTART)').get()
  } finally {
    database.close()
  }
}

/**
 * Copies what nobody reads; `false` where somebody goes on reading what the log holds, as a backup does. To begin it anew
 * would be to wait for that reader, with everyone who writes.
 */
async function copyUnlocked(database: DatabaseSync): Promise<boolean> {
  const copy = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  const first = copy.get()
  if (first?.['checkpointed'] === first?.['log']) return true

  await pause(lookMs)
  return copy.get()?.['checkpointed'] !== first?.['checkpointed']
}

async function answer(): Promise<void> {
  try {
    await checkpoint(String(workerData))
  } catch {
    // All of it is still in the log, and the next time may go better: there may be room on the disk again.
  }
  parentPort?.postMessage('done', [])
}

parentPort?.on('message', () => void answer())
