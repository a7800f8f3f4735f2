import { describe, expect, it } from 'vitest'
import { startLoginApp } from './login-app.ts'

describe('events of endpoints', () => {
  it('hold no password, token or typed name (rows 92, 93, 94)', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()
    await app.postForm('/login/', { username: 'pass\r\nword in the wrong field', password: 'canary-password' })
    await app.postForm('/logout/', {}, { cookie })

    const told = JSON.stringify(app.events)

    expect(app.events.map(({ type }) => type)).toEqual(['login', 'login_failed', 'logout'])
    expect(told).not.toContain(cookie.slice(3))
    expect(told).not.toMatch(/canary-password|wrong field|correct horse/)
    expect(app.events).toEqual(app.events.map(() => expect.objectContaining({ at: expect.any(Date) })))
  })

  it('go on when the listener fails', async () => {
    const app = await startLoginApp({
      auth: {
        onEvent: () => {
          throw new Error('The log is full.')
        },
      },
    })

    expect(await app.login()).toMatch(/^id=/)
  })
})
