import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuth } from '../../src/index.ts'
import { type TestDatabase, databaseKinds } from '../databases.ts'

let database: TestDatabase
let children: ChildProcess[] = []

async function startServer(): Promise<string> {
  const child = fork(join(import.meta.dirname, 'register-child.ts'), [database.url])
  children.push(child)
  const [port] = (await once(child, 'message')) as [number]
  return `http://127.0.0.1:${port}/`
}

async function statusOf(url: string, fields: Record<string, string>): Promise<number> {
  const password = 'correct horse battery'
  const body = new URLSearchParams({ password, confirm_password: password, ...fields })
  return (await fetch(url, { method: 'POST', body, redirect: 'manual' })).status
}

for (const { name, isMissing, createDatabase } of databaseKinds) {
  describe.skipIf(await isMissing())(`two processes that register users in one database of ${name}`, () => {
    beforeEach(async () => {
      database = await createDatabase()
    })

    afterEach(async () => {
      for (const child of children) child.kill('SIGKILL')
      children = []
      await database.drop()
    })

    it.each([
      ['name', (index: number) => ({ username: 'bob', email: `bob${index}@example.org` })],
      ['address', (index: number) => ({ username: `bob${index}`, email: 'bob@example.org' })],
    ])(
      'make one user of two hundred requests for one %s, and answer the others with 422 (row 68)',
      async (_what, fields) => {
        const [one, other] = await Promise.all([startServer(), startServer()])

        const statuses = await Promise.all(
          Array.from({ length: 100 }, (_, index) => index).flatMap((index) => [
            statusOf(one, fields(index)),
            statusOf(other, fields(index + 100)),
          ]),
        )

        expect(statuses.filter((status) => status === 303)).toHaveLength(1)
        expect(statuses.filter((status) => status === 422)).toHaveLength(199)
        const auth = createAuth({ store: database.url })
        expect(await auth.users.list()).toHaveLength(1)
        await auth.close()
      },
    )
  })
}
