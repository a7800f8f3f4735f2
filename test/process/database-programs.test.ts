import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, databaseKinds } from '../databases.ts'
import { createFolder, runCli } from './cli-process.ts'
import { startDemo } from './demo-server.ts'

const password = 'correct horse battery'

let database: TestDatabase

async function post(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
}

for (const { name, isMissing, createDatabase } of databaseKinds) {
  describe.skipIf(await isMissing())(`by a DATABASE_URL of ${name}`, () => {
    beforeEach(async () => {
      database = await createDatabase()
    })

    afterEach(() => database.drop())

    it('the command line creates users, shows them, and ends by itself', async () => {
      const env = { DATABASE_URL: database.url }
      const created = await runCli(createFolder(), ['user', 'create', 'ann', '--password-stdin'], {
        input: password,
        env,
      })
      const listed = await runCli(createFolder(), ['user', 'list', '--json'], { env })
      const migrated = await runCli(createFolder(), ['migrate'], { env })

      expect(created).toMatchObject({ code: 0, stderr: '' })
      expect(JSON.parse(listed.stdout)).toEqual([expect.objectContaining({ username: 'ann' })])
      expect(migrated).toEqual({ code: 0, stdout: 'The tables are up to date.\n', stderr: '' })
    })

    it('two demos start at once, share logins and logouts, and end when they are told to', async () => {
      const variables = { DATABASE_URL: database.url }
      const [one, other] = await Promise.all([startDemo(variables), startDemo(variables)])
      const user = { username: 'ann', email: 'ann@example.org', password, confirm_password: password }
      await post(`${one.url}/register/`, user)
      const login = await post(`${one.url}/login/`, { username: 'ann', password })
      const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      const askOther = async (): Promise<number> =>
        (await fetch(`${other.url}/private/`, { headers: { cookie }, redirect: 'manual' })).status

      expect(await askOther()).toBe(200)
      await fetch(`${one.url}/logout/`, { method: 'POST', headers: { cookie }, redirect: 'manual' })
      expect(await askOther()).not.toBe(200)
      expect(await Promise.all([one.stop(), other.stop()])).toEqual([0, 0])
    })
  })
}

describe('a DATABASE_URL where no server is', () => {
  it.each(['postgres', 'mysql'])('of %s is told in one sentence, without the URL', async (scheme) => {
    const env = { DATABASE_URL: `${scheme}://ann:secret@127.0.0.1:1/app` }

    expect(await runCli(createFolder(), ['user', 'list'], { env })).toEqual({
      code: 3,
      stdout: '',
      stderr: "latchkey: This can't be done now: connect ECONNREFUSED 127.0.0.1:1.\n",
    })
  })
})
