import { sqliteStore } from '../../src/stores/sqlite.ts'

// Opens a database as somebody whom permissions bind, and tells what came of it.
const nobody = 65_534
const store = sqliteStore({ path: process.argv[2] ?? '' })
if (process.getuid?.() === 0) process.setuid?.(nobody)

async function open(): Promise<string> {
  try {
    await store.open()
    await store.close()
    return 'open'
  } catch (error) {
    return String(error)
  }
}

process.send?.(await open())
