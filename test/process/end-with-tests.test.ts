import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { waitUntil } from './redis-servers.ts'

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('ends what a test has started that fails before it can end it', async () => {
  const child = fork(join(import.meta.dirname, 'failing-child.ts'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const [[pid], [code]] = await Promise.all([once(child, 'message'), once(child, 'exit')])

  expect(code).toBe(1)
  await waitUntil(() => !isRunning(pid))
  expect(isRunning(pid)).toBe(false)
})
