import { spawnSync } from 'node:child_process'
import { existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { createAuth } from '../../src/auth.ts'
import { sqliteStore } from '../../src/stores/sqlite.ts'
import { createFolder, main, runCli } from './cli-process.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = createFolder()
  file = join(folder, 'latchkey.db')
})

async function createUser(username: string, path = file): Promise<void> {
  const auth = createAuth({ store: `sqlite:${path}` })
  await auth.users.create({ username, password: 'a long secret' })
  await auth.close()
}

describe('latchkey migrate', () => {
  it('creates the database, and says so once', async () => {
    const first = await runCli(folder, ['migrate'])
    const second = await runCli(folder, ['migrate'])

    expect(first).toEqual({
      code: 0,
      stdout: 'Created latchkey.db. Its tables are up to date.\n',
      stderr: '',
    })
    expect(second).toEqual({ code: 0, stdout: 'The tables are up to date.\n', stderr: '' })
    expect(existsSync(file)).toBe(true)
  })
})

describe('latchkey --names', () => {
  const names = { tables: { users: 'app_user' }, columns: { users: { username: 'login' } } }

  it('makes and prints tables with the names of a file, and finds the users in them', async () => {
    writeFileSync(join(folder, 'names.json'), JSON.stringify(names))
    const printed = await runCli(folder, ['migrate', '--print', '--names', 'names.json'])
    await runCli(folder, ['migrate', '--names', 'names.json'])
    const auth = createAuth({ store: sqliteStore({ path: file, ...names }) })
    await auth.users.create({ username: 'ann', password: 'a long secret' })
    await auth.close()
    const listed = await runCli(folder, ['user', 'list', '--json', '--names', 'names.json'])

    expect(printed.stdout).toContain(
      'CREATE TABLE IF NOT EXISTS "app_user" (\n  id TEXT NOT NULL PRIMARY KEY,\n  "login"',
    )
    expect(JSON.parse(listed.stdout)).toEqual([expect.objectContaining({ username: 'ann' })])
  })

  it('says that a file isn’t there', async () => {
    expect(await runCli(folder, ['migrate', '--print', '--names', 'none.json'])).toMatchObject({
      stdout: '',
      stderr: "latchkey: none.json isn't a JSON file with names of tables and columns.\n",
    })
  })
})

describe('latchkey migrate --print', () => {
  it('prints what makes the tables, and creates nothing', async () => {
    const { code, stdout } = await runCli(folder, ['migrate', '--print'])
    const database = new DatabaseSync(join(folder, 'by-hand.db'))
    database.exec(stdout)
    database.close()
    const listed = await runCli(folder, ['user', 'list', '--database', 'sqlite:by-hand.db'])

    expect(code).toBe(0)
    expect(existsSync(file)).toBe(false)
    expect(listed).toMatchObject({ code: 0, stderr: '' })
  })

  it.each([
    ['postgres://ann:secret@db.invalid/app', /timestamptz/],
    ['mysql://ann:secret@db.invalid/app', /VARBINARY/],
  ])('knows what %s takes, and connects to nothing', async (url, words) => {
    const { code, stdout, stderr } = await runCli(folder, ['migrate', '--print', '--database', url])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(words)
    expect(stdout).not.toMatch(/secret|db\.invalid/)
  })

  it('says that a store in memory has no tables', async () => {
    const { code, stderr } = await runCli(folder, ['migrate', '--print', '--database', 'memory:'])

    expect({ code, stderr }).toEqual({ code: 3, stderr: 'latchkey: A store in memory has no tables.\n' })
  })
})

describe('latchkey --database', () => {
  it.each([
    ['before', ['--database', 'sqlite:other.db', 'user', 'list']],
    ['after', ['user', 'list', '--database', 'sqlite:other.db']],
  ])('counts %s the command, and over DATABASE_URL', async (_where, args) => {
    await createUser('ann')
    await createUser('bo', join(folder, 'other.db'))
    const { stdout } = await runCli(folder, [...args, '--json'], { env: { DATABASE_URL: 'sqlite:latchkey.db' } })

    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ username: 'bo' })])
  })

  it('is DATABASE_URL by default', async () => {
    await createUser('bo', join(folder, 'other.db'))
    const { stdout } = await runCli(folder, ['user', 'list', '--json'], { env: { DATABASE_URL: 'sqlite:other.db' } })

    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ username: 'bo' })])
  })
})

describe('latchkey without a database that it can use', () => {
  it('creates none only to read', async () => {
    expect(await runCli(folder, ['user', 'list'])).toEqual({
      code: 3,
      stdout: '',
      stderr:
        'latchkey: There is no database at latchkey.db. Name yours with --database, or create one with "latchkey migrate".\n',
    })
    expect(existsSync(file)).toBe(false)
  })

  it('refuses a file that is something else', async () => {
    writeFileSync(file, 'some text that is no database, and quite long enough to be one'.repeat(100))

    expect(await runCli(folder, ['user', 'list'])).toEqual({
      code: 3,
      stdout: '',
      stderr: `latchkey: ${file} is not an SQLite database. Name another file.\n`,
    })
  })

  it('repeats nothing of a URL that it does not know', async () => {
    const { code, stderr } = await runCli(folder, ['user', 'list', '--database', 'oracle://ann:secret@example.org/db'])

    expect(code).toBe(3)
    expect(stderr).toMatch(/^latchkey: The database URL is of no known kind\. .*\n$/)
    expect(stderr).not.toContain('secret')
  })

  it('gives up when another process keeps it locked', async () => {
    await createUser('ann')
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const result = await runCli(folder, ['user', 'set', 'ann', '--admin'])
    other.close()

    expect(result).toEqual({ code: 3, stdout: '', stderr: "latchkey: This can't be done now: database is locked.\n" })
  })
})

describe('latchkey, its command line', () => {
  it.each([
    ['an option', ['user', 'list', '--jsn'], "latchkey: unknown option '--jsn' (Did you mean --json?)\n"],
    ['a command', ['user', 'lst'], "latchkey: unknown command 'lst' (Did you mean list?)\n"],
    ['an argument that is missing', ['user', 'show'], "latchkey: missing required argument 'username-or-email'\n"],
  ])('fails in one line for %s', async (_what, args, stderr) => {
    expect(await runCli(folder, args)).toEqual({ code: 1, stdout: '', stderr })
  })

  it('tells its exit codes and the default database with --help', async () => {
    const { code, stdout } = await runCli(folder, ['--help'])

    expect(code).toBe(0)
    expect(stdout).toContain('Exit codes:\n  0  done\n  1  ')
    expect(stdout).toContain('DATABASE_URL')
  })

  it('tells its version', async () => {
    expect(await runCli(folder, ['--version'])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' })
  })

  it.skipIf(!existsSync('/dev/full'))('tells of output that can not be written, in one line', async () => {
    await createUser('ann')
    const stdio = ['ignore', openSync('/dev/full', 'w'), 'pipe'] as const
    const { status, stderr } = spawnSync(process.execPath, [main, 'user', 'list'], {
      cwd: folder,
      env: {},
      stdio: [...stdio],
    })

    expect(status).toBe(1)
    expect(String(stderr)).toBe('latchkey: Something unexpected happened: ENOSPC: no space left on device, write.\n')
  })
})
