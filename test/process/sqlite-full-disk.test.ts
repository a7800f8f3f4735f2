import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)

describe('sqliteStore when the disk takes no more', () => {
  // A limit on the size of files stands for the full disk: anyone may set and lift it, and the write fails in the system.
  it.runIf(process.platform === 'linux')(
    'goes on reading, refuses writes as unavailable, and writes again once there is room (F7)',
    async () => {
      const path = join(mkdtempSync(join(tmpdir(), 'latchkey-full-')), 'latchkey.db')
      const child = join(import.meta.dirname, 'full-disk-child.ts')
      const { stdout } = await run('sh', ['-c', 'ulimit -S -f 4000; exec "$0" "$@"', process.execPath, child, path])

      expect(JSON.parse(stdout)).toEqual({
        whenFull: 'ERR_LATCHKEY_UNAVAILABLE',
        lostWhenFull: 0,
        whenFree: 'written',
        lostWhenFree: 0,
        integrity: 'ok',
      })
    },
  )
})
