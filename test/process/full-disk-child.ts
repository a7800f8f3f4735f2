// Fills an SQLite file until the system takes no more, goes on until it does again, and prints what happened.
import { execFileSync } from 'node:child_process'
import { DatabaseSync } from 'node:sqlite'
import { LatchkeyError } from '../../src/errors.ts'
import { sqliteStore } from '../../src/stores/sqlite.ts'
import { sessionOf, userRecord } from '../../src/testing/records.ts'

const [path = ''] = process.argv.slice(2)
const store = sqliteStore({ path })
await store.open()
const record = userRecord('ann')
await store.users.create(record)

const kept: string[] = []

async function write(count: number): Promise<string> {
  try {
    for (let written = 0; written < count; written += 1) {
      const session = sessionOf(record.user)
      await store.sessions.create(session)
      kept.push(session.tokenHash)
    }
    return 'written'
  } catch (error) {
    return error instanceof LatchkeyError ? error.code : String(error)
  }
}

async function countLost(): Promise<number> {
  const found = await Promise.all(kept.map((tokenHash) => store.sessions.findWithUser(tokenHash)))
  return found.filter((session) => session === null).length
}

const whenFull = await write(100_000)
const lostWhenFull = await countLost()
execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited'])
const whenFree = await write(500)
const lostWhenFree = await countLost()
const integrity = new DatabaseSync(path).prepare('PRAGMA integrity_check').get()?.['integrity_check']

console.log(JSON.stringify({ whenFull, lostWhenFull, whenFree, lostWhenFree, integrity }))
