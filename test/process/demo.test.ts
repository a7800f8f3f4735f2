import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { isRedisServerMissing, startRedis } from './redis-servers.ts'

const server = join(import.meta.dirname, '../../demo/server.ts')

let folder: string
let child: ChildProcessByStdio<null, Readable, null> | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-demo-'))
})

afterEach(async () => {
  if (child?.exitCode === null) {
    child.kill()
    await once(child, 'exit')
  }
  rmSync(folder, { recursive: true })
})

function settings(variables: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, PORT: '0', DATABASE_URL: 'memory:', ...variables }
}

/** Starts the demo; its address. */
async function startDemo(variables: Record<string, string>): Promise<string> {
  child = spawn(process.execPath, [server], {
    cwd: folder,
    env: settings(variables),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(child.stdout)) {
    const url = /^latchkey demo on (\S+)$/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('The demo ended before it listened.')
}

describe('the demo', () => {
  it('asks for no CAPTCHA', async () => {
    const url = await startDemo({})

    const page = await (await fetch(`${url}/login/`)).text()

    expect(page).not.toContain('altcha')
  })

  it.each(['/login/', '/register/'])('asks for a CAPTCHA at %s with CAPTCHA=altcha', async (path) => {
    const url = await startDemo({ CAPTCHA: 'altcha' })

    const page = await (await fetch(url + path)).text()
    const challenge = await fetch(`${url}${path}?altcha=challenge`)

    expect(page).toContain('<altcha-widget')
    expect(await challenge.json()).toMatchObject({ parameters: { algorithm: 'PBKDF2/SHA-256' } })
  })

  it.skipIf(isRedisServerMissing('the demo with SESSIONS_URL'))('keeps sessions where SESSIONS_URL says', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    const url = await startDemo({ SESSIONS_URL: redis.url })
    const password = 'correct horse battery'
    const form = (fields: Record<string, string>): RequestInit => ({
      method: 'POST',
      body: new URLSearchParams({ username: 'ann', password, ...fields }),
      redirect: 'manual',
    })
    await fetch(`${url}/register/`, form({ email: 'ann@example.org', confirm_password: password }))
    const keys = redis.run('dbsize')
    const { status } = await fetch(`${url}/login/`, form({}))

    expect(status).toBe(303)
    expect([keys, redis.run('dbsize')]).toEqual(['0', '2'])
  })

  it('says which values CAPTCHA can have', () => {
    const env = settings({ CAPTCHA: 'hcaptcha' })
    const { status, stderr } = spawnSync(process.execPath, [server], { cwd: folder, env, encoding: 'utf8' })

    expect([status, stderr]).toEqual([1, 'CAPTCHA must be "altcha" or "none".\n'])
  })
})
