import { execFile } from 'node:child_process'
import os from 'node:os'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const poolUrl = new URL('../../src/password/hash-pool.ts', import.meta.url).href

// Linux gives each thread a priority of its own.
const niceOfThreads = `
  import fs from 'node:fs'
  import os from 'node:os'
  const niceOf = (id) => Number(fs.readFileSync('/proc/self/task/' + id + '/stat', 'utf8').split(') ')[1].split(' ')[16])
  const niceOfThreads = () => fs.readdirSync('/proc/self/task').map(niceOf)`

function runScript(script: string): Promise<{ stdout: string; stderr: string }> {
  const source = `import { createHashPool, sharedHashPool } from ${JSON.stringify(poolUrl)}\n${script}`
  return run(process.execPath, ['--input-type=module', '--eval', source], { timeout: 20_000 })
}

describe('sharedHashPool in a process of its own', () => {
  it('keeps the process alive until a hash is done, and no longer (row 62)', async () => {
    const { stdout } = await runScript(`
      const hash = await sharedHashPool().hash('correct horse')
      console.log(hash.split('$').slice(1, 4).join(' '))`)
    expect(stdout).toBe('argon2id v=19 m=19456,t=2,p=1\n')
  })

  it('keeps the process alive for the next hash as well (row 62)', async () => {
    const { stdout } = await runScript(`
      await sharedHashPool().hash('correct horse')
      await sharedHashPool().hash('correct horse')
      console.log(sharedHashPool().stats().hashes)`)
    expect(stdout).toBe('2\n')
  })

  it('lets a process end that never hashes', async () => {
    const { stdout } = await runScript(`console.log(sharedHashPool().stats().running)`)
    expect(stdout).toBe('0\n')
  })

  it('leaves the priority of the process as it is', async () => {
    const { stdout } = await runScript(`
      import os from 'node:os'
      const before = os.getPriority()
      await sharedHashPool().hash('correct horse')
      console.log(os.getPriority() === before)`)
    expect(stdout).toBe('true\n')
  })

  it.runIf(process.platform === 'linux')('lowers the priority of its threads alone', async () => {
    const { stdout } = await runScript(`${niceOfThreads}
      await sharedHashPool().hash('correct horse')
      const lowered = niceOfThreads().map((nice) => nice - os.getPriority())
      console.log(lowered.reduce((sum, by) => sum + by))`)
    expect(Number(stdout)).toBe(Math.min(10, 19 - os.getPriority()))
  })

  it.runIf(process.platform === 'linux')('raises no priority where the process has the lowest', async () => {
    const { stdout } = await runScript(`${niceOfThreads}
      os.setPriority(19)
      await sharedHashPool().hash('correct horse')
      console.log(niceOfThreads().filter((nice) => nice === 19).length > 1)`)
    expect(stdout).toBe('true\n')
  })

  it("leaves libuv's own threads idle", async () => {
    const { stdout } = await runScript(`
      import { pbkdf2 } from 'node:crypto'
      const done = []
      const pool = createHashPool({ waitLimitMs: 60_000 })
      const jobs = Array.from({ length: 30 }, () => pool.hash('correct horse').then(() => done.push('hash')))
      pbkdf2('a', 'b', 1, 32, 'sha256', () => done.push('libuv'))
      await Promise.all(jobs)
      console.log(done.indexOf('libuv') < 29)`)
    expect(stdout).toBe('true\n')
  })
})
