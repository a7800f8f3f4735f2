import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LoginApp, password, startLoginApp } from './login-app.ts'

const runs = { numRuns: 1_000, seed: 51 }

/** A body in which any field may be anything, or what it should be. */
function bodiesOf(right: Record<string, string>): fc.Arbitrary<Record<string, unknown>> {
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: 'binary', maxLength: 40 }))
  const fields = Object.entries(right).map(([name, value]) => [name, fc.oneof(fc.constant(value), anything)])
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] })
}

/** Sends each body, and gives the statuses that were answered. */
async function statusesOf(
  app: LoginApp,
  path: string,
  bodies: fc.Arbitrary<Record<string, unknown>>,
  headers: Record<string, string>,
): Promise<Set<number>> {
  const statuses = new Set<number>()
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      statuses.add((await app.postJson(path, body, headers)).status)
    }),
    runs,
  )
  return statuses
}

describe('a body in which any field may be anything', { timeout: 60_000 }, () => {
  it('registers nobody whose fields are not all right, and is no 5xx (rows 51, 52)', async () => {
    const app = await startLoginApp()
    const right = { username: 'ann', email: 'bob@example.org', password: 'short', confirm_password: 'short' }

    const statuses = await statusesOf(app, '/register/', bodiesOf(right), {})

    expect(statuses).toEqual(new Set([400, 422]))
    expect(await app.auth.users.list()).toHaveLength(1)
  })

  it('changes no password without the current one, and is no 5xx (rows 51, 52)', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()
    const right = { current_password: 'x', new_password: 'another horse', confirm_new_password: 'another horse' }

    const statuses = await statusesOf(app, '/change-password/', bodiesOf(right), { cookie })

    expect(statuses).toEqual(new Set([400, 422]))
    expect((await app.postForm('/login/', { username: 'ann', password })).status).toBe(303)
  })
})
