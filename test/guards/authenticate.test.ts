import { describe, expect, it } from 'vitest'
import { UnavailableError } from '../../src/errors.ts'
import { createAuthenticate } from '../../src/guards/authenticate.ts'
import { createGuardWorld } from './guard-app.ts'

describe('createAuthenticate', () => {
  it('names an error that nobody expects as the cause of its own', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const headers = new Headers({ cookie: await cookieOf('ann') })
    const cause = new TypeError('A bug.')
    const broken = { ...auth, sessions: { ...auth.sessions, find: () => Promise.reject(cause) } }
    const result = await createAuthenticate({ auth: broken })({ method: 'GET', url: '/', headers }, '/')

    expect(result).toMatchObject({ ok: false, error: new UnavailableError({ cause }), userId: null })
  })
})
