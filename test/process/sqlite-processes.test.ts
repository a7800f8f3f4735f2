import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth, createAuth } from '../../src/index.ts'

interface Answer {
  readonly username: string | null
  readonly token: string | null
}

let path: string
let auth: Auth
let children: ChildProcess[] = []

beforeEach(async () => {
  path = join(mkdtempSync(join(tmpdir(), 'latchkey-processes-')), 'latchkey.db')
  auth = createAuth({ store: `sqlite:${path}` })
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  await auth.close()
})

function startChild(): (verb: string, value?: string) => Promise<Answer> {
  const child = fork(join(import.meta.dirname, 'sqlite-child.ts'), [path])
  children.push(child)
  return async (verb, value = '') => {
    child.send({ verb, value })
    const [answer] = (await once(child, 'message')) as [Answer]
    return answer
  }
}

describe('processes that share an SQLite file', () => {
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

  it('may all be the first to open it', async () => {
    const [one, two, three] = [startChild(), startChild(), startChild()]

    await Promise.all([one('open'), two('open'), three('open'), auth.ready()])

    expect(await auth.users.list()).toEqual([])
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
