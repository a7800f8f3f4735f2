import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { sqliteCounters } from '../../src/stores/counters.ts'
import { sqliteStore } from '../../src/stores/sqlite.ts'

// Makes databases where the umask keeps nobody out, and tells who could read their files at any time meanwhile.
process.umask(0)
const folder = mkdtempSync(join(tmpdir(), 'latchkey-new-files-'))
const flags = new Int32Array(new SharedArrayBuffer(8))
const [isOver, modes] = [0, 1]

/** Looks all the time, in a thread of its own. */
const watch = `
  const { readdirSync, statSync } = require('node:fs')
  const { workerData: { folder, flags } } = require('node:worker_threads')
  while (Atomics.load(flags, ${isOver}) === 0) {
    for (const name of readdirSync(folder)) {
      const found = statSync(folder + '/' + name, { throwIfNoEntry: false })
      if (found) Atomics.or(flags, ${modes}, found.mode & 0o777)
    }
  }`
const watcher = new Worker(watch, { eval: true, workerData: { folder, flags } })
await pause(200)

for (let count = 0; count < 20; count += 1) {
  const store = sqliteStore({ path: join(folder, `${count}.db`) })
  await store.open()
  await store.close()
  const counters = sqliteCounters({ path: join(folder, `${count}-counts.db`) })
  await counters.count('key', 1, 1)
  counters.close()
}
await pause(50)
Atomics.store(flags, isOver, 1)
await watcher.terminate()
process.send?.((flags[modes] ?? 0).toString(8))
