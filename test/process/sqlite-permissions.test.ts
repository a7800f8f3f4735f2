import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sqliteStore } from '../../src/stores/sqlite.ts'

/** A database that is there, in a folder that anyone may write. */
async function makeDatabase(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-permissions-'))
  chmodSync(folder, 0o777)
  const path = join(folder, 'latchkey.db')
  const store = sqliteStore({ path })
  await store.open()
  await store.close()
  return path
}

async function openAsSomebody(path: string): Promise<unknown> {
  const child = fork(join(import.meta.dirname, 'sqlite-permissions-child.ts'), [path])
  const [told] = await once(child, 'message')
  return told
}

describe.runIf(process.platform !== 'win32')('sqliteStore', () => {
  it('makes files that nobody else may read at any time, counters among them (B11)', async () => {
    const child = fork(join(import.meta.dirname, 'sqlite-new-file-child.ts'))
    const [modes] = await once(child, 'message')

    expect(modes).toBe('600')
  })

  it('opens a file that everyone may write', async () => {
    const path = await makeDatabase()
    chmodSync(path, 0o666)

    expect(await openAsSomebody(path)).toBe('open')
  })

  it('says that it may not write the file, and leaves nothing beside it', async () => {
    const path = await makeDatabase()
    chmodSync(path, 0o444)

    expect(await openAsSomebody(path)).toMatch(/^ConfigError: .*latchkey\.db can't be opened\. Let this process write/)
    expect(existsSync(`${path}-wal`)).toBe(false)
  })

  it('says that it may not write the log that another process left', async () => {
    const path = await makeDatabase()
    chmodSync(path, 0o666)
    writeFileSync(`${path}-wal`, '')
    chmodSync(`${path}-wal`, 0o444)

    expect(await openAsSomebody(path)).toMatch(/^ConfigError: .*latchkey\.db can't be/)
  })

  it('says that it may not write the folder', async () => {
    const path = await makeDatabase()
    chmodSync(path, 0o666)
    chmodSync(join(path, '..'), 0o555)

    expect(await openAsSomebody(path)).toMatch(/^ConfigError: .*latchkey\.db can't be .* its folder/)
  })
})
