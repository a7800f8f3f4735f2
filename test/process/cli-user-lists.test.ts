import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth, createAuth } from '../../src/auth.ts'
import { sqliteStore } from '../../src/stores/sqlite.ts'
import type { Store } from '../../src/stores/store.ts'
import type { User } from '../../src/user/user-store.ts'
import { createFolder, runCli } from './cli-process.ts'

const instant = new Date('2026-11-24T08:15:00.000Z')
const password = 'a long secret'

let folder: string
let store: Store
let auth: Auth

beforeEach(() => {
  folder = createFolder()
  store = sqliteStore({ path: join(folder, 'latchkey.db') })
  auth = createAuth({ store, clock: { now: () => instant, monotonicMs: () => 0 } })
})
afterEach(async () => {
  await auth.close()
})

async function createAnn(): Promise<User> {
  const names = { email: 'Ann@Example.org', firstName: 'Ann', lastName: 'Lee' }
  return auth.users.create({ username: 'ann', password, ...names, admin: true, superuser: true })
}

/** Users like `user`, for whom no password is hashed. */
async function addCopies(user: User, usernames: readonly string[]): Promise<void> {
  const records = usernames.map((username) => ({
    user: { ...user, id: username, username, email: null },
    usernameKey: username,
    emailKey: null,
    passwordHash: '',
  }))
  await Promise.all(records.map((record) => store.users.create(record)))
}

describe('latchkey user list and show', () => {
  it('lists users in a table', async () => {
    const ann = await createAnn()
    await auth.users.create({ username: 'bo', password, firstName: 'B\u001b[2J', active: false })
    await auth.users.recordLogin(ann.id)
    const { code, stdout } = await runCli(folder, ['user', 'list'])

    expect(stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, '<last login>').split('\n')).toEqual([
      'Username  E-mail           Name        Rights            Active  Last login (UTC)',
      'ann       Ann@Example.org  Ann Lee     admin, superuser  yes     <last login>',
      String.raw`bo        -                B\u001b[2J  -                 no      never`,
      '',
    ])
    expect(code).toBe(0)
  })

  it('lists more users than are read at once', async () => {
    const created = await createAnn()
    const names = Array.from({ length: 501 }, (_, index) => `user-${String(index).padStart(3, '0')}`)
    await addCopies(created, names)
    const { stdout } = await runCli(folder, ['user', 'list', '--json'])

    expect(JSON.parse(stdout)).toEqual(['ann', ...names].map((username) => expect.objectContaining({ username })))
  })

  it('says that there are none', async () => {
    await auth.ready()

    expect(await runCli(folder, ['user', 'list'])).toEqual({ code: 0, stdout: 'There are no users.\n', stderr: '' })
  })

  it('shows one user', async () => {
    const { id } = await createAnn()
    const { stdout } = await runCli(folder, ['user', 'show', 'ANN@example.org'])

    expect(stdout.split('\n')).toEqual([
      'Username          ann',
      'E-mail            Ann@Example.org',
      'Name              Ann Lee',
      'Rights            admin, superuser',
      'Active            yes',
      'Last login (UTC)  never',
      'Created (UTC)     2026-11-24 08:15',
      `Id                ${id}`,
      '',
    ])
  })

  it('shows one user as JSON, with no other keys', async () => {
    const { id } = await createAnn()
    const { stdout } = await runCli(folder, ['user', 'show', 'ann', '--json'])

    expect(JSON.parse(stdout)).toEqual({
      id,
      username: 'ann',
      email: 'Ann@Example.org',
      firstName: 'Ann',
      lastName: 'Lee',
      active: true,
      admin: true,
      superuser: true,
      lastLogin: null,
      createdAt: '2026-11-24T08:15:00.000Z',
    })
  })

  it('refuses a user who is not there', async () => {
    await auth.ready()

    expect(await runCli(folder, ['user', 'show', 'bo'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'latchkey: There is no user bo.\n',
    })
  })
})
