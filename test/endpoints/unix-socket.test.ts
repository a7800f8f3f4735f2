import { describe, expect, it } from 'vitest'
import { type LoginApp, password, startLoginApp } from './login-app.ts'

const overUnixSocket = { incoming: { socket: { remoteAddress: 'unix:' } } }

async function statusesOf(app: LoginApp, path: string, forms: readonly Record<string, string>[]): Promise<number[]> {
  const statuses: number[] = []
  for (const fields of forms) {
    const request = new Request(`http://app.example${path}`, { method: 'POST', body: new URLSearchParams(fields) })
    statuses.push((await app.handle(request, overUnixSocket)).status)
  }
  return statuses
}

function countOf(status: number, statuses: readonly number[]): number {
  return statuses.filter((each) => each === status).length
}

describe('an app behind a proxy at a Unix socket that it doesn’t name', () => {
  it('looks at twenty of 45 guesses at as many accounts (B2)', async () => {
    const app = await startLoginApp({ auth: { limits: {} } })
    const guesses = Array.from({ length: 45 }, (_, index) => ({ username: `user${index}`, password: 'wrong password' }))
    const statuses = await statusesOf(app, '/login/', guesses.slice(0, 21))

    expect(countOf(401, statuses)).toBe(20)
    expect(statuses.at(-1)).toBe(429)
  })

  it('takes ten of 15 registrations (B2)', async () => {
    const app = await startLoginApp({ auth: { limits: {} } })
    const forms = Array.from({ length: 15 }, (_, index) => ({
      username: `user${index}`,
      email: `user${index}@example.org`,
      password,
      confirm_password: password,
    }))

    expect(countOf(303, await statusesOf(app, '/register/', forms))).toBe(10)
  })

  it('lets a hundred logins in, one after the other (row 74)', async () => {
    const app = await startLoginApp({
      auth: { limits: { login: { successesPerAccount: { points: 200, duration: 60 } } } },
    })
    const logins = Array.from({ length: 100 }, () => ({ username: 'ann', password }))

    expect(countOf(303, await statusesOf(app, '/login/', logins))).toBe(100)
  })
})
