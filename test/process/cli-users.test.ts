import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Auth, createAuth } from '../../src/auth.ts'
import type { User } from '../../src/user/user-store.ts'
import { createFolder, hasScript, runCli, runOnTerminal } from './cli-process.ts'

const password = 'a long secret'

let folder: string
let auth: Auth

beforeEach(() => {
  folder = createFolder()
  auth = createAuth({ store: `sqlite:${join(folder, 'latchkey.db')}` })
})
afterEach(async () => {
  await auth.close()
})

async function createAnn(): Promise<User> {
  return auth.users.create({ username: 'ann', email: 'Ann@Example.org', password, firstName: 'Ann', admin: true })
}

async function canLogIn(username: string, tried: string): Promise<boolean> {
  return (await auth.users.checkLogin(username, tried)).ok
}

describe('latchkey user create', () => {
  it('creates the database and the user', async () => {
    const flags = ['--email', 'Bo@Example.org', '--first-name', 'Bo', '--last-name', 'Ek', '--admin', '--superuser']
    const result = await runCli(folder, ['user', 'create', 'Bo', ...flags, '--password-stdin'], { input: password })

    expect(result).toEqual({ code: 0, stdout: 'Created the user Bo.\n', stderr: '' })
    expect(await auth.users.findByIdentifier('bo@example.org')).toMatchObject({
      username: 'Bo',
      email: 'Bo@Example.org',
      firstName: 'Bo',
      lastName: 'Ek',
      active: true,
      admin: true,
      superuser: true,
    })
    expect(await canLogIn('bo', password)).toBe(true)
  })

  it('creates a user with a name and no rights, who can not log in yet', async () => {
    await runCli(folder, ['user', 'create', 'bo', '--inactive', '--password-stdin'], { input: password })

    expect(await auth.users.findByIdentifier('bo')).toMatchObject({
      email: null,
      firstName: null,
      lastName: null,
      active: false,
      admin: false,
      superuser: false,
    })
  })

  it('refuses names that are taken and a password against the rules, all in one line', async () => {
    await createAnn()
    const args = ['user', 'create', 'ANN', '--email', 'ann@example.org', '--password-stdin']

    expect(await runCli(folder, args, { input: 'short\n' })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'latchkey: This username is taken. This e-mail address is taken. A password has at least 8 characters.\n',
    })
  })

  it('fails without a terminal, and creates no database', async () => {
    expect(await runCli(folder, ['user', 'create', 'bo'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'latchkey: There is no terminal to ask for the password. Send it on standard input: --password-stdin.\n',
    })
    expect(existsSync(join(folder, 'latchkey.db'))).toBe(false)
  })

  it.skipIf(!hasScript)('asks twice on a terminal, and shows nothing of the password', async () => {
    const answers = [`${password}\r`, `${password}\r`]
    const { code, stdout } = await runOnTerminal(folder, ['user', 'create', 'bo'], answers)

    expect(stdout).toBe('New password: \r\nThe same again: \r\nCreated the user bo.\r\n')
    expect(code).toBe(0)
    expect(await canLogIn('bo', password)).toBe(true)
  })
})

describe('latchkey user set-password', () => {
  it('sets the password and ends all sessions', async () => {
    const started = await auth.sessions.start(await createAnn())
    const args = ['user', 'set-password', 'ann', '--password-stdin']
    const result = await runCli(folder, args, { input: 'another secret\r\n' })

    expect(result).toEqual({
      code: 0,
      stdout: 'Set the password of ann and ended all sessions of that user.\n',
      stderr: '',
    })
    expect(await canLogIn('ann', 'another secret')).toBe(true)
    expect(await canLogIn('ann', password)).toBe(false)
    expect(await auth.sessions.find(started?.token ?? '')).toBe(null)
  })

  it.each([
    ['a short', 'short', 'A password has at least 8 characters.'],
    ['a common', 'Password1', 'This password is on a list of common ones. Please choose another.'],
    ['her address as', 'ann@example.org', 'The password must not be your name, your address or the name of this site.'],
  ])('refuses %s password, and leaves the old one (row 59)', async (_what, input, sentence) => {
    await createAnn()

    expect(await runCli(folder, ['user', 'set-password', 'ann', '--password-stdin'], { input })).toEqual({
      code: 2,
      stdout: '',
      stderr: `latchkey: ${sentence}\n`,
    })
    expect(await canLogIn('ann', password)).toBe(true)
  })
})

describe('latchkey user set', () => {
  it('changes what is named, and nothing else', async () => {
    const before = await createAnn()
    const flags = ['--no-admin', '--no-active', '--first-name', '']
    const result = await runCli(folder, ['user', 'set', 'ann', ...flags])

    expect(result).toEqual({ code: 0, stdout: 'Changed the user ann.\n', stderr: '' })
    const sessionGeneration = before.sessionGeneration + 1
    const changed = { admin: false, active: false, firstName: null, sessionGeneration }
    expect(await auth.users.findById(before.id)).toEqual({ ...before, ...changed })
  })

  it('gives rights', async () => {
    const { id } = await auth.users.create({ username: 'bo', password, active: false })
    await runCli(folder, ['user', 'set', 'bo', '--admin', '--superuser', '--active', '--last-name', 'Ek'])

    expect(await auth.users.findById(id)).toMatchObject({ admin: true, superuser: true, active: true, lastName: 'Ek' })
  })

  it('fails when nothing is named', async () => {
    expect(await runCli(folder, ['user', 'set', 'ann'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'latchkey: Name what to change: see latchkey user set --help.\n',
    })
  })
})

describe('latchkey user delete', () => {
  it('deletes the user with --yes alone', async () => {
    const { id } = await createAnn()
    const refused = await runCli(folder, ['user', 'delete', 'ann'])

    expect(refused.code).toBe(1)
    expect(await auth.users.findById(id)).not.toBe(null)
    expect(await runCli(folder, ['user', 'delete', 'ann', '--yes'])).toEqual({
      code: 0,
      stdout: 'Deleted the user ann with all sessions.\n',
      stderr: '',
    })
    expect(await auth.users.findById(id)).toBe(null)
  })
})
