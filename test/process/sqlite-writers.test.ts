import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sqliteStore } from '../../src/stores/sqlite.ts'
import { userRecord } from '../../src/testing/records.ts'

/** Runs a process that writes, kills it once it told of `count` writes, and gives all that it told of. */
async function writeUntilKilled<Told extends string | number>(
  script: string,
  [path, userId]: readonly [path: string, userId: string],
  count: number,
): Promise<Told[]> {
  const child = fork(join(import.meta.dirname, script), [path, userId])
  const told: Told[] = []
  child.on('message', (message: Told) => {
    told.push(message)
    if (told.length === count) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return told
}

describe('processes that write to one SQLite file at once', () => {
  it('lose nothing that they told of when they are killed in the middle (F1, F16)', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'latchkey-writers-')), 'latchkey.db')
    const store = sqliteStore({ path })
    await store.open()
    const record = userRecord('ann')
    await store.users.create(record)

    const told = await Promise.all(
      [50, 100, 150].map((count) => writeUntilKilled<string>('sqlite-writer-child.ts', [path, record.user.id], count)),
    )
    const found = await Promise.all(told.flat().map((tokenHash) => store.sessions.findWithUser(tokenHash)))

    expect(told.flat().length).toBeGreaterThanOrEqual(300)
    expect(found.filter((kept) => kept === null)).toEqual([])
    expect(new DatabaseSync(path).prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  })

  it('leave a whole change of a password or none when they are killed in the middle (row 19, F2)', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'latchkey-writers-')), 'latchkey.db')
    const store = sqliteStore({ path })
    await store.open()
    const record = userRecord('ann', { passwordHash: '0' })
    await store.users.create(record)

    const told = await writeUntilKilled<number>('sqlite-password-child.ts', [path, record.user.id], 100)
    const kept = await store.users.findByUsername('ann')

    expect(kept?.passwordHash).toBe(String(kept?.user.sessionGeneration))
    expect(kept?.user.sessionGeneration).toBeGreaterThanOrEqual(told.length)
  })
})
