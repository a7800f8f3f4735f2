import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuth } from '../../src/index.ts'
import { isMissing, redisUrl } from '../servers.ts'

let folder: string
let children: ChildProcess[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-throttle-'))
  const auth = createAuth({ store: `sqlite:${join(folder, 'latchkey.db')}` })
  await auth.users.create({ username: 'ann', password: 'correct horse battery' })
  await auth.close()
})

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  rmSync(folder, { recursive: true })
})

function startProcess(counts: string): ChildProcess {
  const child = fork(join(import.meta.dirname, 'throttle-child.ts'), [join(folder, 'latchkey.db'), counts])
  children.push(child)
  return child
}

/** How many of so many wrong logins, sent in each of two processes at once, came to a look at the password. */
async function looksAt(times: number, counts: string): Promise<number> {
  const processes = [startProcess(counts), startProcess(counts)]
  const looks = await Promise.all(
    processes.map(async (child) => {
      child.send(times)
      const [looked] = (await once(child, 'message')) as [number]
      return looked
    }),
  )
  return looks.reduce((sum, looked) => sum + looked, 0)
}

const noRedis = await isMissing('Redis', redisUrl)

describe('two processes that share their counts', () => {
  it('look at ten passwords of 500 wrong logins at once, by an SQLite file (row 76)', async () => {
    expect(await looksAt(250, join(folder, 'counts.db'))).toBe(10)
  })

  it.skipIf(noRedis)('look at ten passwords of 500 wrong logins at once, by Redis (row 76)', async () => {
    const prefix = `latchkey_test_${process.pid}_${Date.now().toString(36)}`
    const url = new URL(redisUrl)
    url.searchParams.set('prefix', prefix)

    const looked = await looksAt(250, url.href)
    const redis = new Redis(redisUrl)
    await redis.del(await redis.keys(`${prefix}:*`))
    redis.disconnect()

    expect(looked).toBe(10)
  })
})
