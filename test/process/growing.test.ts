import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuth } from '../../src/index.ts'
import { type TestDatabase, createPostgresDatabase, createSqliteDatabase } from '../databases.ts'
import { isMissing, postgresUrl } from '../servers.ts'

const root = join(import.meta.dirname, '../..')

let folder: string
let file: TestDatabase
let database: TestDatabase

/** Runs the guide's script from the file to the database; what it prints. */
function runScript(): { stdout: string; stderr: string } {
  const guide = readFileSync(join(root, 'docs/growing.md'), 'utf8')
  const code = /^```ts\n(.*?sqliteStore.*?)^```/ms.exec(guide)?.[1] ?? ''
  const source = pathToFileURL(join(root, 'src')).href
  const script = join(folder, 'move.ts')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(script, code.replaceAll(/'latchkey\/(.*?)'/g, `'${source}/$1.ts'`))

  const { stdout, stderr } = spawnSync(process.execPath, [script, file.url.replace('sqlite:', ''), database.url], {
    encoding: 'utf8',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  })
  return { stdout, stderr }
}

describe.skipIf(await isMissing('PostgreSQL', postgresUrl))('the script that moves to PostgreSQL', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-growing-'))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    file = await createSqliteDatabase()
    database = await createPostgresDatabase()
  })

  afterEach(async () => {
    rmSync(folder, { recursive: true })
    await Promise.all([file.drop(), database.drop()])
  })

  it('takes users along, with their passwords, and signs nobody out', async () => {
    const before = createAuth({ store: file.url, limits: null })
    const ann = await before.users.create({ username: 'Ann', password: 'correct horse battery' })
    await before.users.create({ username: 'bob', password: 'correct horse battery' })
    await before.sessions.endAll(ann.id)
    const token = (await before.sessions.start((await before.users.findById(ann.id)) ?? ann))?.token ?? ''
    const expected = await before.sessions.find(token)
    await before.close()
    const printed = runScript()
    const after = createAuth({ store: database.url, limits: null })

    expect(printed).toEqual({ stdout: '2 users moved\n', stderr: '' })
    expect(expected).not.toBeNull()
    expect(await after.sessions.find(token)).toEqual(expected)
    expect(await after.users.checkLogin('ann', 'correct horse battery')).toMatchObject({
      ok: true,
      user: { id: ann.id },
    })
    await after.close()
  })

  it('leaves whom it moved before as they are', async () => {
    const before = createAuth({ store: file.url, limits: null })
    await before.users.create({ username: 'ann', password: 'correct horse battery' })
    await before.close()
    runScript()

    expect(runScript()).toEqual({
      stdout: '0 users moved\n',
      stderr: 'ann stays behind: another user has this username.\n',
    })
  })
})
