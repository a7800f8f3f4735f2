import { spawnSync } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { demoServer, demoSettings, startDemo } from './demo-server.ts'
import { isRedisServerMissing, startRedis } from './redis-servers.ts'

describe('the demo', () => {
  it('asks for no CAPTCHA', async () => {
    const { url } = await startDemo({})

    const page = await (await fetch(`${url}/login/`)).text()

    expect(page).not.toContain('altcha')
  })

  it('has no icon, and calls that no mistake', async () => {
    const { url } = await startDemo({})

    expect((await fetch(`${url}/favicon.ico`)).status).toBe(204)
  })

  it.each(['/login/', '/register/'])('asks for a CAPTCHA at %s with CAPTCHA=altcha', async (path) => {
    const { url } = await startDemo({ CAPTCHA: 'altcha' })

    const page = await (await fetch(url + path)).text()
    const challenge = await fetch(`${url}${path}?altcha=challenge`)

    expect(page).toContain('<altcha-widget')
    expect(await challenge.json()).toMatchObject({ parameters: { algorithm: 'PBKDF2/SHA-256' } })
  })

  it.skipIf(isRedisServerMissing('the demo with SESSIONS_URL'))('keeps sessions where SESSIONS_URL says', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    const { url } = await startDemo({ SESSIONS_URL: redis.url })
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
    const env = demoSettings({ CAPTCHA: 'hcaptcha' })
    const { status, stderr } = spawnSync(process.execPath, [demoServer], { env, encoding: 'utf8' })

    expect([status, stderr]).toEqual([1, 'CAPTCHA must be "altcha" or "none".\n'])
  })
})
