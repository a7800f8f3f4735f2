import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuth, sessionLogin } from '../../src/index.ts'

const root = join(import.meta.dirname, '../..')
// Python's hashlib.pbkdf2_hmac('sha256', 'correct horse', salt, 1000), as Piccolo writes it.
const hash =
  'pbkdf2_sha256$1000$0f1e2d3c4b5a69788796a5b4c3d2e1f0$ae8c4d7364a46e5e5bfee4461dfc446d0e11b505ad8db8f962bc2c7a351c73b2'

/** As Piccolo's migration creates it on SQLite. */
const table = `CREATE TABLE piccolo_user (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, username VARCHAR(100) NOT NULL UNIQUE DEFAULT '',
  password VARCHAR(255) NOT NULL DEFAULT '', first_name VARCHAR(255) DEFAULT '', last_name VARCHAR(255) DEFAULT '',
  email VARCHAR(255) NOT NULL UNIQUE DEFAULT '', active BOOLEAN NOT NULL DEFAULT false,
  admin BOOLEAN NOT NULL DEFAULT false, superuser BOOLEAN NOT NULL DEFAULT false, last_login TIMESTAMP DEFAULT null)`

let folder: string
let target: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-piccolo-'))
  target = `sqlite:${join(folder, 'latchkey.db')}`
  const database = new DatabaseSync(join(folder, 'piccolo.sqlite'))
  database.exec(table)
  const insert = database.prepare(
    'INSERT INTO piccolo_user (username, password, email, first_name, active, admin) VALUES (?, ?, ?, ?, ?, ?)',
  )
  insert.run('Ann', hash, 'ann@example.org', 'Ann', 1, 1)
  insert.run("o'neill", hash, 'oneill@example.org', '', 0, 0)
  insert.run('ann', hash, '', '', 1, 0)
  insert.run('robot', '', 'robot@example.org', '', 1, 0)
  database.close()
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Runs the guide's script; its output, with the ids that it makes left out. */
function runScript(): { status: number | null; stdout: string; stderr: string } {
  const guide = readFileSync(join(root, 'docs/coming-from-piccolo.md'), 'utf8')
  const code = /^```ts\n(import \{ DatabaseSync \}.*?)^```/ms.exec(guide)?.[1] ?? ''
  const script = join(folder, 'move-users.ts')
  writeFileSync(script, code.replace("'latchkey'", `'${pathToFileURL(join(root, 'src/index.ts')).href}'`))

  const { status, stdout, stderr } = spawnSync(process.execPath, [script, join(folder, 'piccolo.sqlite'), target], {
    encoding: 'utf8',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  })
  return { status, stdout: stdout.replaceAll(/[\da-f-]{36}/g, 'id'), stderr }
}

describe('the script that moves users from Piccolo', () => {
  it('moves whom it can, and says who stays behind', () => {
    expect(runScript()).toEqual({
      status: 1,
      stdout: '1,id\n2,id\n',
      stderr:
        'ann (3) stays behind: This username is taken.\n' +
        'robot (4) stays behind: This is of no known form: argon2, bcrypt, PBKDF2, scrypt and phpass are, as docs/importing-users.md lists them.\n',
    })
  })

  it('can be run again', () => {
    runScript()

    expect(runScript()).toMatchObject({ status: 1, stdout: '' })
  })

  it('brings users who log in as before, and keeps what they were', async () => {
    runScript()
    const auth = createAuth({ store: target })
    const body = new URLSearchParams({ username: 'ann', password: 'correct horse' })
    const response = await sessionLogin({ auth })(new Request('http://localhost/', { method: 'POST', body }))
    const users = await auth.users.list()
    await auth.close()

    expect(response.status).toBe(303)
    expect(users).toMatchObject([
      { username: 'Ann', email: 'ann@example.org', firstName: 'Ann', active: true, admin: true, superuser: false },
      { username: "o'neill", email: 'oneill@example.org', firstName: null, active: false, admin: false },
    ])
  })

  it("replaces the hash by latchkey's own at the login", async () => {
    runScript()
    const auth = createAuth({ store: target })
    await auth.users.checkLogin('ann', 'correct horse')
    await auth.close()
    const database = new DatabaseSync(join(folder, 'latchkey.db'), { readOnly: true })
    const [row] = database.prepare("SELECT password_hash FROM latchkey_user WHERE username_key = 'ann'").all()
    database.close()

    expect(row?.['password_hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })
})
