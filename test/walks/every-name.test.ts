import { describe, expect, it } from 'vitest'
import { loginAs } from '../../src/testing/index.ts'
import { type LoginApp, password } from '../endpoints/login-app.ts'
import { all as elements } from '../pages/dom.ts'
import { clients, endpoints, form, startEndpointApp } from './endpoints.ts'

const inactive = { username: 'gone', email: 'gone@example.org' }
const wrong = { password: 'wrong password' }

/** What is sent, of whom: each must be answered as all others of its list. */
const alike: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  'latchkey sessionLogin': [
    { username: 'nobody', password },
    { username: 'nobody@example.org', password },
    { username: 'ann', ...wrong },
    { username: 'ann@example.org', ...wrong },
    { username: inactive.username, password },
    { username: inactive.username, ...wrong },
    { username: inactive.email, password },
    { username: 'a b\u200b', password },
  ],
  // It says what is taken, and is limited for it; but not whether whoever has it can log in.
  'latchkey register': [
    { username: 'ann', email: 'ann@example.org', password, confirm_password: password },
    { ...inactive, password, confirm_password: password },
    { username: 'ANN', email: inactive.email, password, confirm_password: password },
  ],
}

async function startApp(name: string): Promise<LoginApp> {
  const [, endpoint] = Object.entries(endpoints).find(([each]) => each === name) ?? []
  if (endpoint === undefined) throw new Error(`There is no ${name}.`)
  const app = await startEndpointApp(endpoint)
  await app.auth.users.create({ ...inactive, password, active: false })
  return app
}

/** Everything of an answer but what was typed, and how many hashes it took. */
async function answerTo(app: LoginApp, path: string, fields: Record<string, string>, headers: object): Promise<string> {
  const before = app.auth.wiring.hashPool.stats().hashes
  const response = await app.fetch(path, { ...form(fields), headers: { ...headers } })
  const typed = Object.values(fields).map((value) => `value="${value}"`)
  const body = typed.reduce((text, value) => text.replaceAll(value, ''), await response.text())
  const hashes = app.auth.wiring.hashPool.stats().hashes - before
  return JSON.stringify({ status: response.status, headers: [...response.headers], body, hashes })
}

describe('every endpoint that takes a name', () => {
  it('is one of those below, or changes a password: there, only managers of passwords are told the name', async () => {
    const taking = await Promise.all(
      Object.entries(endpoints).map(async ([name, endpoint]) => {
        const app = await startEndpointApp(endpoint)
        const { headers } = await loginAs(app.auth, app.ann)
        const page = await (await app.fetch(endpoint.path, { headers: { ...headers } })).text()
        const fields = elements(page, 'input').filter(({ attributes: { type } }) => type !== 'hidden')
        return fields.some(({ attributes }) => /name|mail/.test(attributes['name'] ?? '')) ? [name] : []
      }),
    )

    expect(taking.flat()).toEqual([...Object.keys(alike), 'latchkey changePassword'])
  })

  it.each(Object.keys(alike).flatMap((name) => Object.entries(clients).map((client) => [name, ...client] as const)))(
    '%s answers %s alike for whoever there is or isn’t, after as many hashes (rows 64, 65, 69)',
    async (name, _client, headers) => {
      const app = await startApp(name)
      const answers: string[] = []
      for (const fields of alike[name] ?? []) {
        answers.push(await answerTo(app, endpoints[name]?.path ?? '', fields, headers))
      }

      expect(answers.length).toBeGreaterThan(2)
      expect(new Set(answers).size).toBe(1)
    },
  )

  it.each(Object.entries(clients))('sessionLogin computes one hash for %s (row 65)', async (_client, headers) => {
    const app = await startApp('latchkey sessionLogin')

    expect(await answerTo(app, '/login/', { username: 'nobody', password }, headers)).toContain('"hashes":1}')
  })
})
