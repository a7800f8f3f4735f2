import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth, createAuth } from '../../src/index.ts'
import { type TestDatabase, databaseKinds } from '../databases.ts'

interface Answer {
  readonly username: string | null
  readonly token: string | null
}

let database: TestDatabase
let auth: Auth
let children: ChildProcess[] = []

function startChild(): (verb: string, value?: string) => Promise<Answer> {
  const child = fork(join(import.meta.dirname, 'store-child.ts'), [database.url])
  children.push(child)
  return async (verb, value = '') => {
    child.send({ verb, value })
    const [answer] = (await once(child, 'message')) as [Answer]
    return answer
  }
}

for (const { name, isMissing, createDatabase } of databaseKinds) {
  describe.skipIf(await isMissing())(`processes that share a database of ${name}`, () => {
    beforeEach(async () => {
      database = await createDatabase()
      auth = createAuth({ store: database.url })
    })

    afterEach(async () => {
      for (const child of children) child.kill('SIGKILL')
      children = []
      await auth.close()
      await database.drop()
    })

    it('see at once what another one ended (F16, F17, rows 6, 15)', async () => {
      await auth.users.create({ username: 'ann', password: 'correct horse battery' })
      const [one, other] = [startChild(), startChild()]
      const { token } = await one('start', 'ann')

      expect((await other('find', token ?? '')).username).toBe('ann')
      await one('end', token ?? '')
      expect((await other('find', token ?? '')).username).toBeNull()
    })

    it('see at once that all sessions of a user were ended (row 22)', async () => {
      const ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
      const child = startChild()
      const { token } = await child('start', 'ann')
      await auth.sessions.endAll(ann.id)

      expect((await child('find', token ?? '')).username).toBeNull()
    })

    it('may all be the first to open it, ten at once', async () => {
      const processes = Array.from({ length: 10 }, startChild)

      await Promise.all([...processes.map((open) => open('open')), auth.ready()])

      expect(await auth.users.list()).toEqual([])
      expect(await database.run('SELECT version FROM latchkey_migration ORDER BY version')).toEqual([
        { version: 1 },
        { version: 2 },
        { version: 3 },
        { version: 4 },
      ])
    })

    it('lose nothing that was acknowledged when one is killed (F1)', async () => {
      await auth.users.create({ username: 'ann', password: 'correct horse battery' })
      const child = startChild()
      const { token } = await child('start', 'ann')
      const { token: ended } = await child('start', 'ann')
      await child('end', ended ?? '')
      children[0]?.kill('SIGKILL')

      expect((await auth.sessions.find(token ?? ''))?.user.username).toBe('ann')
      expect(await auth.sessions.find(ended ?? '')).toBeNull()
    })
  })
}
