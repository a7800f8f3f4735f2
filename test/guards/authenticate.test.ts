import { describe, expect, it } from 'vitest'
import { hours } from '../../src/duration.ts'
import { UnavailableError } from '../../src/errors.ts'
import { type AuthenticateOptions, createAuthenticate } from '../../src/guards/authenticate.ts'
import { createGuardWorld } from './guard-app.ts'

describe('createAuthenticate', () => {
  it('names an error that nobody expects as the cause of its own', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const headers = new Headers({ cookie: await cookieOf('ann') })
    const cause = new TypeError('A bug.')
    const broken = { ...auth, sessions: { ...auth.sessions, find: () => Promise.reject(cause) } }
    const result = await createAuthenticate({ auth: broken })({ method: 'GET', url: '/', headers }, () => '/')

    expect(result).toMatchObject({ ok: false, error: new UnavailableError({ cause }), userId: null })
  })
})

describe('createAuthenticate, where an extension is due', () => {
  async function extensions(username: 'ann' | 'inactive', options: AuthenticateOptions): Promise<number> {
    const { auth, store, clock, cookieOf } = await createGuardWorld()
    const headers = new Headers({ cookie: await cookieOf(username) })
    clock.move(hours(2))
    await createAuthenticate({ auth, ...options })({ method: 'GET', url: '/', headers }, () => '/')
    return store.calls.filter((verb) => verb === 'sessions.extend').length
  }

  it('extends the session of whoever is let through', async () => {
    expect(await extensions('ann', {})).toBe(1)
    expect(await extensions('inactive', { activeOnly: false })).toBe(1)
  })

  it.each<['ann' | 'inactive', AuthenticateOptions]>([
    ['inactive', {}],
    ['inactive', { allowUnauthenticated: true }],
    ['ann', { adminOnly: true }],
    ['ann', { superuserOnly: true }],
  ])('extends no session of %s under %j: who is refused uses none (B3)', async (username, options) => {
    expect(await extensions(username, options)).toBe(0)
  })
})
