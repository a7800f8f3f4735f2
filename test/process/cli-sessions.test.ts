import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth, createAuth } from '../../src/auth.ts'
import type { User } from '../../src/user/user-store.ts'
import { createFolder, runCli } from './cli-process.ts'

let folder: string
let opened: Auth[]

beforeEach(() => {
  folder = createFolder()
  opened = []
})
afterEach(async () => {
  await Promise.all(opened.map((auth) => auth.close()))
})

function openAt(time: string): Auth {
  const clock = { now: () => new Date(time), monotonicMs: () => 0 }
  const auth = createAuth({ store: `sqlite:${join(folder, 'latchkey.db')}`, clock })
  opened.push(auth)
  return auth
}

async function createUser(username: string): Promise<User> {
  return openAt('2026-11-24T08:15:00.000Z').users.create({ username, password: 'a long secret' })
}

/** A session that is live whenever the test runs. */
async function startSession(user: User, time: string): Promise<{ id: string; token: string }> {
  const started = await openAt(time).sessions.start(user)
  return { id: started?.session.id ?? '', token: started?.token ?? '' }
}

describe('latchkey session list', () => {
  it('lists sessions in a table, newest first', async () => {
    const ann = await createUser('ann')
    const older = await startSession(ann, '2199-01-01T00:00:00.000Z')
    const newer = await startSession(ann, '2199-01-02T00:00:00.000Z')
    const { code, stdout } = await runCli(folder, ['session', 'list', 'ann'])

    expect(stdout.split('\n')).toEqual([
      `Id${' '.repeat(36)}Created (UTC)     Expires (UTC)     At the latest (UTC)`,
      `${newer.id}  2199-01-02 00:00  2199-01-03 00:00  2199-01-09 00:00`,
      `${older.id}  2199-01-01 00:00  2199-01-02 00:00  2199-01-08 00:00`,
      '',
    ])
    expect(code).toBe(0)
  })

  it('lists sessions as JSON, with no other keys', async () => {
    const ann = await createUser('ann')
    const { id } = await startSession(ann, '2199-01-01T00:00:00.000Z')
    const { stdout } = await runCli(folder, ['session', 'list', 'ann', '--json'])

    expect(JSON.parse(stdout)).toEqual([
      {
        id,
        userId: ann.id,
        createdAt: '2199-01-01T00:00:00.000Z',
        expiresAt: '2199-01-02T00:00:00.000Z',
        maxExpiresAt: '2199-01-08T00:00:00.000Z',
      },
    ])
  })

  it('says that there are none', async () => {
    await createUser('ann')

    expect(await runCli(folder, ['session', 'list', 'ann'])).toEqual({
      code: 0,
      stdout: 'ann has no sessions.\n',
      stderr: '',
    })
  })
})

describe('latchkey session end', () => {
  it('ends one session and no other', async () => {
    const ann = await createUser('ann')
    const ended = await startSession(ann, '2199-01-01T00:00:00.000Z')
    const other = await startSession(ann, '2199-01-01T00:00:00.000Z')
    const { code, stdout } = await runCli(folder, ['session', 'end', 'ann', ended.id])
    const { sessions } = openAt('2199-01-01T00:00:00.000Z')

    expect(stdout).toBe(`Ended the session ${ended.id} of ann.\n`)
    expect(code).toBe(0)
    expect(await sessions.find(ended.token)).toBe(null)
    expect(await sessions.find(other.token)).not.toBe(null)
  })

  it("refuses another user's session", async () => {
    await createUser('ann')
    const { id, token } = await startSession(await createUser('bo'), '2199-01-01T00:00:00.000Z')

    expect(await runCli(folder, ['session', 'end', 'ann', id])).toEqual({
      code: 2,
      stdout: '',
      stderr: `latchkey: ann has no session ${id}.\n`,
    })
    expect(await openAt('2199-01-01T00:00:00.000Z').sessions.find(token)).not.toBe(null)
  })

  it('ends all sessions of a user', async () => {
    const { token } = await startSession(await createUser('ann'), '2199-01-01T00:00:00.000Z')
    const { stdout } = await runCli(folder, ['session', 'end', 'ann', '--all'])

    expect(stdout).toBe('Ended all sessions of ann.\n')
    expect(await openAt('2199-01-01T00:00:00.000Z').sessions.find(token)).toBe(null)
  })

  it.each([['neither'], ['both', 'some-id', '--all']])('fails when %s is named', async (_which, ...named) => {
    expect(await runCli(folder, ['session', 'end', 'ann', ...named])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'latchkey: Name either the id of a session or --all.\n',
    })
  })
})

describe('latchkey session clean', () => {
  it('deletes expired sessions, in as many batches as it takes, and no live ones', async () => {
    const ann = await createUser('ann')
    const { sessions } = openAt('2020-01-01T00:00:00.000Z')
    await Promise.all(Array.from({ length: 1001 }, () => sessions.start(ann)))
    const live = await startSession(ann, '2199-01-01T00:00:00.000Z')

    expect(await runCli(folder, ['session', 'clean'])).toEqual({
      code: 0,
      stdout: 'Deleted 1,001 expired sessions.\n',
      stderr: '',
    })
    expect(await openAt('2199-01-01T00:00:00.000Z').sessions.find(live.token)).not.toBe(null)
    expect((await runCli(folder, ['session', 'clean'])).stdout).toBe('Deleted 0 expired sessions.\n')
  })
})
