import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'

const programs = join(import.meta.dirname, '../../node_modules/.bin')
const child = join(import.meta.dirname, 'sqlite-opener-child.ts')

describe('sqliteStore in other runtimes', () => {
  it.each([
    ['node', []],
    ['bun', []],
    ['deno', ['run', '--allow-all']],
  ])('waits under %s for another process while it opens a new database', async (program, programArguments) => {
    const file = join(mkdtempSync(join(tmpdir(), 'latchkey-runtime-')), 'users.db')
    const other = new DatabaseSync(file)
    other.exec('PRAGMA journal_mode = WAL; CREATE TABLE other (a); BEGIN IMMEDIATE')
    const opener = spawn(join(programs, program), [...programArguments, child, file])
    const output = text(opener.stdout)
    await once(opener.stdout, 'data')
    await pause(300)
    other.exec('COMMIT')
    await once(opener, 'exit')

    expect(await output).toBe('opening\nopen\n')
    other.close()
  })
})
