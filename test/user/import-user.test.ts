import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type FieldError, InvalidFormError } from '../../src/errors.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { createHashPool } from '../../src/password/hash-pool.ts'
import type { ImportedUser } from '../../src/user/import-user.ts'
import type { UserStore } from '../../src/user/user-store.ts'
import { createUsers, type Users } from '../../src/user/users.ts'

const hashPool = createHashPool()

// Python's hashlib.pbkdf2_hmac('sha256', 'correct horse', salt, 1000), as Piccolo writes it.
const passwordHash =
  'pbkdf2_sha256$1000$0f1e2d3c4b5a69788796a5b4c3d2e1f0$ae8c4d7364a46e5e5bfee4461dfc446d0e11b505ad8db8f962bc2c7a351c73b2'

const ann: ImportedUser = { username: 'Ann', email: 'Ann@Example.org', passwordHash }

let store: UserStore
let users: Users

beforeEach(() => {
  store = memoryStore().users
  users = createUsers({ openUsers: async () => store, hashPool })
})

afterAll(() => hashPool.close())

async function errorsOf(imported: ImportedUser): Promise<readonly FieldError[]> {
  const error: unknown = await users.import(imported).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(InvalidFormError)
  return error instanceof InvalidFormError ? error.fields : []
}

async function faultsOf(imported: ImportedUser): Promise<string[]> {
  return (await errorsOf(imported)).map(({ field }) => field)
}

describe('import', () => {
  it('creates a user who logs in with the password of before', async () => {
    const created = await users.import(ann)

    expect(created).toMatchObject({ username: 'Ann', email: 'Ann@Example.org', active: true, admin: false })
    expect(await users.checkLogin('ann', 'correct horse')).toEqual({ ok: true, user: created })
    expect(await users.checkLogin('ann@example.org', 'correct horse')).toEqual({ ok: true, user: created })
  })

  it("replaces the hash by latchkey's own at the first login (row 56)", async () => {
    await users.import(ann)
    await users.checkLogin('ann', 'wrong horse')
    const before = (await store.findByUsername('ann'))?.passwordHash
    await users.checkLogin('ann', 'correct horse')

    expect(before).toBe(passwordHash)
    expect((await store.findByUsername('ann'))?.passwordHash).toMatch(/^\$argon2id\$/)
    expect(await users.checkLogin('ann', 'correct horse')).toMatchObject({ ok: true })
  })

  it.each(['..', '-rf', '\u0301', '\u0430dmin', '1234', 'CON', 'ann smith'])(
    'lets in who is called %j, as no new user can be (B12)',
    async (username) => {
      const created = await users.import({ ...ann, username, email: '|x@y' })

      expect(await users.findFaults({ ...created, password: 'correct horse' })).toHaveLength(2)
      expect(await users.checkLogin(username, 'correct horse')).toEqual({ ok: true, user: created })
      expect(await users.checkLogin('|X@y', 'correct horse')).toEqual({ ok: true, user: created })
    },
  )

  it('keeps what the user was', async () => {
    const was = { firstName: 'Ann', lastName: 'Lee', active: false, admin: true, superuser: true }

    expect(await users.import({ ...ann, ...was })).toMatchObject(was)
  })

  it.each(['ann lee', "o'neill", 'ann+1', 'x'.repeat(200)])(
    'takes %j, which no new user could be called',
    async (username) => {
      await users.import({ username, passwordHash })

      expect(await users.checkLogin(username, 'correct horse')).toMatchObject({ ok: true })
    },
  )

  it("takes the user's own address for a username", async () => {
    await users.import({ username: 'ann@example.org', email: 'Ann@Example.org', passwordHash })

    expect(await users.checkLogin('ann@example.org', 'correct horse')).toMatchObject({ ok: true })
  })

  it.each<[string[], Partial<ImportedUser>]>([
    [['username'], { username: ' ' }],
    [['username'], { username: 'an\u200bn' }],
    [['username'], { username: 'bob@example.org' }],
    [['username'], { username: 'ann@example.org', email: null }],
    [['email'], { email: 'ann' }],
    [['email'], { email: '' }],
    [['passwordHash'], { passwordHash: 'correct horse' }],
    [['passwordHash'], { passwordHash: '' }],
    [['username', 'email', 'passwordHash'], { username: '', email: '', passwordHash: '!' }],
  ])('names %j for %j', async (fields, changes) => {
    expect(await faultsOf({ ...ann, ...changes })).toEqual(fields)
    expect(await users.list()).toEqual([])
  })

  it('says what is wrong with each', async () => {
    expect(await errorsOf({ username: '', email: '', passwordHash: '!' })).toEqual([
      { field: 'username', code: 'usernameUnusable' },
      { field: 'email', code: 'emailUnfit' },
      { field: 'passwordHash', code: 'passwordHashUnknown' },
    ])
    expect(await errorsOf({ ...ann, username: 'bob@example.org' })).toEqual([
      { field: 'username', code: 'usernameIsOtherEmail' },
    ])
  })

  it.each<[string, Partial<ImportedUser>]>([
    ['username', { username: 'ANN', email: null }],
    ['email', { username: 'bob' }],
  ])('names a %s that is taken', async (field, changes) => {
    await users.import(ann)

    expect(await faultsOf({ ...ann, ...changes })).toEqual([field])
  })
})
