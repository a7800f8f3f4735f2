import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type Fault, InvalidFormError, MalformedBodyError, UnavailableError } from '../../src/errors.ts'
import type { Report } from '../../src/events.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { createPausedStore } from '../../src/testing/paused-store.ts'
import { createHashPool } from '../../src/password/hash-pool.ts'
import { createRecord, type NewUser } from '../../src/user/new-user.ts'
import type { User, UserStore } from '../../src/user/user-store.ts'
import { createUsers, type Users } from '../../src/user/users.ts'

const now = new Date('2026-01-02T03:04:05Z')
const clock = { now: () => now, monotonicMs: () => 0 }
const hashPool = createHashPool({ waitLimitMs: 60_000 })

// Python's hashlib.pbkdf2_hmac('sha256', 'correct horse', salt, 1000), as Piccolo writes it.
const oldHash =
  'pbkdf2_sha256$1000$0f1e2d3c4b5a69788796a5b4c3d2e1f0$ae8c4d7364a46e5e5bfee4461dfc446d0e11b505ad8db8f962bc2c7a351c73b2'

// OpenSSL's argon2id of 'correct horse', by Node's crypto.argon2Sync.
const currentHash = '$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$rk2Mi3E4dgRMg0fHaYaptWVZRKqs//6b6k3/nntqGJk'

const ann: NewUser = { username: 'Ann', email: 'Ann@Example.org', password: 'correct horse' }

const tooLong: Fault = { code: 'fieldTooLong', values: { maximum: 1_024 } }
const tooManyMarks: Fault = { code: 'fieldMarks' }

let store: UserStore
let users: Users
let reports: unknown[]

beforeEach(() => {
  store = memoryStore().users
  reports = []
  users = createUsers({ openUsers: async () => store, hashPool, clock, report })
})

const report: Report = (...event) => reports.push(event)

afterAll(() => hashPool.close())

/** Adds a user whose password is `correct horse`, without hashing it. */
async function add(newUser: NewUser, passwordHash = currentHash): Promise<User> {
  const record = createRecord(newUser, passwordHash, now)
  expect(await store.create(record)).toBeNull()
  return record.user
}

/** How many current hashes something costs. */
async function countHashes(action: () => Promise<unknown>): Promise<number> {
  const before = hashPool.stats().hashes
  await action()
  return hashPool.stats().hashes - before
}

async function errorOf(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => null,
    (error: unknown) => error,
  )
}

describe('checkLogin', () => {
  it.each(['Ann', ' ann ', 'ＡＮＮ', 'ANN@example.org'])(
    'lets %j in with the right password (row 11)',
    async (name) => {
      const user = await add(ann)
      expect(await users.checkLogin(name, 'correct horse')).toEqual({ ok: true, user })
    },
  )

  it('says why a login failed', async () => {
    const user = await add(ann)
    expect(await users.checkLogin('bob', 'correct horse')).toEqual({ ok: false, reason: 'unknown_user', user: null })
    expect(await users.checkLogin('ann', 'correct horsf')).toEqual({ ok: false, reason: 'wrong_password', user })
  })

  it('lets no inactive user in, and says so only where the password is right', async () => {
    const user = await add({ ...ann, active: false })
    expect(await users.checkLogin('ann', 'correct horse')).toEqual({ ok: false, reason: 'inactive', user })
    expect(await users.checkLogin('ann', 'wrong')).toEqual({ ok: false, reason: 'wrong_password', user })
  })

  it.each(['ánn', 'ann\u200b', 'ann\u0000', 'a nn', 'ann@example.com', ''])(
    'finds no user by %j (rows 11, 67)',
    async (name) => {
      await add(ann)
      expect(await users.checkLogin(name, 'correct horse')).toMatchObject({ reason: 'unknown_user' })
    },
  )

  it.each([
    ['the right password', 'ann', 'correct horse'],
    ['a wrong password', 'ann', 'wrong'],
    ['an unknown user', 'eve', 'correct horse'],
    ['an unknown address', 'eve@example.org', 'correct horse'],
    ['what can be no name', '\u202e', 'correct horse'],
    ['an inactive user', 'bob', 'correct horse'],
    ['an inactive user and a wrong password', 'bob', 'wrong'],
    ['an old kind of hash', 'old', 'correct horse'],
    ['an old kind of hash and a wrong password', 'old', 'wrong'],
    ['a broken hash', 'broken', 'correct horse'],
    ['an empty password', 'ann', ''],
  ])('costs one hash for %s (row 65)', async (_what, name, password) => {
    await add(ann)
    await add({ ...ann, username: 'bob', email: null, active: false })
    await add({ ...ann, username: 'old', email: null }, oldHash)
    await add({ ...ann, username: 'broken', email: null }, '$argon2id$')
    // The first refusal of all looks whether there are old kinds of hashes, and computes one.
    await users.checkLogin('nobody', 'wrong')

    expect(await countHashes(() => users.checkLogin(name, password))).toBe(1)
  })

  it.each([
    ['ann', 'a'.repeat(1_000_000), tooLong],
    ['eve', 'a'.repeat(1_000_000), tooLong],
    ['ann', '\u0301\u0316'.repeat(2_048), tooManyMarks],
    ['eve', '\u0301\u0316'.repeat(2_048), tooManyMarks],
  ])('refuses for %s what can be nobody’s password before hashing it (row 58, A4)', async (name, password, fault) => {
    const user = await add(ann)
    const hashes = hashPool.stats().hashes
    expect(await errorOf(users.checkLogin(name, password))).toEqual(
      new MalformedBodyError({ field: 'password', ...fault }),
    )
    expect(await errorOf(users.changePassword(user, password, 'staple battery'))).toEqual(
      new MalformedBodyError({ field: 'current_password', ...fault }),
    )
    expect(hashPool.stats().hashes).toBe(hashes)
  })

  it('replaces an old kind of hash, and keeps the sessions (row 56)', async () => {
    const user = await add(ann, oldHash)

    expect(await users.checkLogin('ann', 'wrong')).toMatchObject({ ok: false })
    expect((await store.findByUsername('ann'))?.passwordHash).toBe(oldHash)

    expect(await users.checkLogin('ann', 'correct horse')).toMatchObject({ ok: true })
    expect((await store.findByUsername('ann'))?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await users.findById(user.id)).toEqual(user)
    expect(await users.checkLogin('ann', 'correct horse')).toMatchObject({ ok: true })
  })

  it('replaces no hash that was changed in the meantime (row 56)', async () => {
    const { id } = await add(ann, oldHash)
    const candidate = await users.findCandidate('ann')
    await users.setPassword(id, 'battery staple')

    expect(await users.checkCandidate(candidate, 'correct horse')).toMatchObject({ ok: true })
    expect(await users.checkLogin('ann', 'battery staple')).toMatchObject({ ok: true })
    expect(await users.checkLogin('ann', 'correct horse')).toMatchObject({ ok: false })
  })

  it('writes no hash where the stored one is of the present kind', async () => {
    await add(ann)
    await users.checkLogin('ann', 'correct horse')

    expect((await store.findByUsername('ann'))?.passwordHash).toBe(currentHash)
  })

  it('lets the user in when the new hash cannot be written (row 56)', async () => {
    const { id } = await add(ann, oldHash)
    const error = new UnavailableError()
    const readOnly = { ...store, upgradePasswordHash: () => Promise.reject(error) }
    const others = createUsers({ openUsers: async () => readOnly, hashPool, clock, report })

    expect(await others.checkLogin('ann', 'correct horse')).toMatchObject({ ok: true })
    expect(reports).toEqual([['error', { userId: id, error }]])
  })

  it('takes a database that fails for no answer', async () => {
    const broken = { ...store, findByUsername: () => Promise.reject(new UnavailableError()) }
    const others = createUsers({ openUsers: async () => broken, hashPool, clock })

    expect(await errorOf(others.checkLogin('ann', 'correct horse'))).toBeInstanceOf(UnavailableError)
  })

  it('does not record the login', async () => {
    const { id } = await add(ann)
    await users.checkLogin('ann', 'correct horse')
    expect((await users.findById(id))?.lastLogin).toBeNull()
  })
})

describe('findCandidate', () => {
  it('gives every spelling of a name and the address of a user one account key (row 75)', async () => {
    const { id } = await add(ann)
    const names = ['ann', 'ANN ', 'ann@example.org', 'ＡＮＮ@EXAMPLE.org']
    const candidates = await Promise.all(names.map((name) => users.findCandidate(name)))
    expect(candidates.map(({ accountKey }) => accountKey)).toEqual(names.map(() => `user:${id}`))
  })

  it('gives every spelling of an unknown name one account key (row 75)', async () => {
    expect(await users.findCandidate('BOB ')).toEqual({ accountKey: 'name:bob', nameKey: 'bob', user: null })
    expect(await users.findCandidate('Bob@x')).toEqual({
      accountKey: 'name:bob@x',
      nameKey: 'bob@x',
      user: null,
    })
  })

  it('gives all that can be no name one account key (row 75)', async () => {
    expect(await users.findCandidate('\u202e')).toEqual({ accountKey: 'name:', nameKey: '', user: null })
    expect(await users.findCandidate('a'.repeat(1_000_000))).toEqual({ accountKey: 'name:', nameKey: '', user: null })
  })

  it('costs no hash, and shows none', async () => {
    await add(ann)
    expect(await countHashes(() => users.findCandidate('ann'))).toBe(0)
    expect(JSON.stringify(await users.findCandidate('ann'))).not.toContain('argon2')
  })

  it('trusts no candidate of another make', async () => {
    const user = await add(ann)
    const forged = { accountKey: `user:${user.id}`, nameKey: 'ann', user }
    expect(await users.checkCandidate(forged, 'correct horse')).toEqual({
      ok: false,
      reason: 'unknown_user',
      user: null,
    })
  })
})

describe('create', () => {
  it('stores a user as spelled, active and without rights', async () => {
    const user = await users.create({ ...ann, username: ' ＡｎｎーMarie ', email: ' Ann@Example.org ' })
    expect(user).toEqual({
      id: user.id,
      username: 'AnnーMarie',
      email: 'Ann@Example.org',
      firstName: null,
      lastName: null,
      active: true,
      admin: false,
      superuser: false,
      lastLogin: null,
      createdAt: now,
      sessionGeneration: user.sessionGeneration,
    })
    expect(await users.findById(user.id)).toEqual(user)
    expect(JSON.stringify(user)).not.toMatch(/hash|argon2|correct horse/i)
  })

  it('begins with a random generation of sessions, with room above it (B4)', async () => {
    const users100 = await Promise.all(
      Array.from({ length: 100 }, (_, index) => users.import({ username: `user ${index}`, passwordHash: oldHash })),
    )
    const generations = users100.map(({ sessionGeneration }) => sessionGeneration)

    expect(new Set(generations).size).toBeGreaterThan(90)
    expect(generations.filter((number) => !Number.isInteger(number) || number < 0 || number >= 2 ** 27)).toEqual([])
  })

  it('takes names and rights', async () => {
    const rights = { firstName: 'Ann', lastName: 'Bell', active: false, admin: true, superuser: true }
    expect(await users.create({ ...ann, ...rights })).toMatchObject(rights)
  })

  it('names all fields at fault at once, and hashes nothing', async () => {
    await add(ann)
    const hashes = hashPool.stats().hashes
    const error = await errorOf(users.create({ username: 'ÀNN', email: 'ann', password: 'short' }))
    const taken = await errorOf(users.create({ username: 'ANN', email: 'ann@example.ORG', password: 'ann' }))

    expect(error).toEqual(
      new InvalidFormError([
        { field: 'email', code: 'emailUnfit' },
        { field: 'password', code: 'passwordTooShort', values: { minimum: 8 } },
      ]),
    )
    expect(taken).toBeInstanceOf(InvalidFormError)
    expect(taken).toMatchObject({
      fields: [
        { field: 'username', code: 'usernameTaken' },
        { field: 'email', code: 'emailTaken' },
        { field: 'password', code: 'passwordTooShort', values: { minimum: 8 } },
      ],
    })
    expect(hashPool.stats().hashes).toBe(hashes)
  })

  it.each([
    ['dotless i', 'm\u0131ke'],
    ['full width', 'ｍｉｋｅ'],
    ['upper case', 'MIKE'],
    ['the Kelvin sign', 'mi\u212ae'],
  ])('takes %s for the same name (row 67)', async (_what, username) => {
    await add({ username: 'mike', password: 'correct horse' })
    expect(await errorOf(users.create({ username, password: 'correct horse' }))).toMatchObject({
      fields: [{ field: 'username', code: 'usernameTaken' }],
    })
  })

  it('creates one user of two with one name at the same time', async () => {
    const errors = await Promise.all(
      [users.create(ann), users.create({ ...ann, email: 'eve@example.org' })].map(errorOf),
    )
    const fields = [{ field: 'username', code: 'usernameTaken' }]

    // Either may be first: they are hashed in two threads.
    expect(errors.filter((error) => error !== null)).toMatchObject([{ fields }])
    expect(await users.list()).toHaveLength(1)
  })

  it('refuses the name or address as password (row 59)', async () => {
    const fields = [{ field: 'password', code: 'passwordIsName' }]
    expect(await errorOf(users.create({ username: 'annabell', password: 'AnnaBell' }))).toMatchObject({ fields })
    expect(await errorOf(users.create({ ...ann, password: 'ANN@example.org' }))).toMatchObject({ fields })
    const email = 'ann.bell@example.org'
    expect(await errorOf(users.create({ ...ann, email, password: 'Ann.Bell' }))).toMatchObject({ fields })
  })

  it("refuses the site's names as password (row 59)", async () => {
    const ours = createUsers({ openUsers: async () => store, hashPool, clock, siteNames: ['bookshop'] })
    expect(await errorOf(ours.create({ ...ann, password: 'BookShop' }))).toBeInstanceOf(InvalidFormError)
  })

  it('refuses a common password (row 59)', async () => {
    const fields = [{ field: 'password', code: 'passwordCommon' }]
    expect(await errorOf(users.create({ ...ann, password: 'Password1' }))).toMatchObject({ fields })
  })

  it('costs a crowd that wants one name a single hash (row 68)', async () => {
    const outcomes: unknown[] = []
    const hashes = await countHashes(async () => {
      const crowd = Array.from({ length: 100 }, (_, index) =>
        errorOf(users.create({ ...ann, email: `${index}@b.example` })),
      )
      outcomes.push(...(await Promise.all(crowd)))
    })

    expect(hashes).toBe(1)
    expect(outcomes.filter((error) => error instanceof InvalidFormError)).toHaveLength(99)
  })

  it('lets the next of a crowd try when the first one failed (row 68)', async () => {
    const failing = { ...store, create: () => Promise.reject(new UnavailableError()) }
    const stores = [failing, store]
    const flaky = createUsers({ openUsers: async () => stores.shift() ?? store, hashPool, clock })

    const [first, second] = await Promise.all([errorOf(flaky.create(ann)), errorOf(flaky.create(ann))])

    expect(first).toBeInstanceOf(UnavailableError)
    expect(second).toBeNull()
  })

  it('lets users without an address be created at the same time', async () => {
    const paused = createPausedStore({ ...memoryStore(), users: store })
    const others = createUsers({ openUsers: async () => paused.users, hashPool, clock })
    const pause = paused.pauseNext('users.create')
    const first = others.create({ username: 'ann', password: 'correct horse' })
    await pause.reached
    await others.create({ username: 'bob', password: 'correct horse' })
    pause.release()

    expect(await first).toMatchObject({ username: 'ann' })
    expect(await users.list()).toHaveLength(2)
  })

  it('asks for what the policy asks for', async () => {
    const strict = createUsers({ openUsers: async () => store, hashPool, clock, passwordPolicy: 'nist' })
    expect(await errorOf(strict.create(ann))).toBeInstanceOf(InvalidFormError)
  })
})

describe('list', () => {
  it.each([0, -1, 1.5, NaN, 1001, 1e9])('refuses a limit of %d (A7)', async (limit) => {
    await expect(users.list({ limit })).rejects.toThrow(RangeError)
  })
})

describe('changePassword', () => {
  it('sets the password and ends all sessions', async () => {
    const user = await add(ann)

    expect(await users.changePassword(user, 'correct horse', 'battery staple')).toEqual({
      ok: true,
      user: { ...user, sessionGeneration: user.sessionGeneration + 1 },
    })
    expect(await users.checkLogin('ann', 'battery staple')).toMatchObject({
      ok: true,
      user: { sessionGeneration: user.sessionGeneration + 1 },
    })
    expect(await users.checkLogin('ann', 'correct horse')).toMatchObject({ ok: false })
    expect(reports).toEqual([['password_set', { userId: user.id, actor: user.id }]])
  })

  it('takes a password whose hash another system made', async () => {
    const user = await add(ann, oldHash)

    expect(await users.changePassword(user, 'correct horse', 'battery staple')).toMatchObject({ ok: true })
  })

  it('changes nothing for a wrong password (row 61)', async () => {
    const user = await add(ann)

    expect(await users.changePassword(user, 'correct horsf', 'battery staple')).toEqual({
      ok: false,
      reason: 'wrong_password',
    })
    expect(await users.checkLogin('ann', 'correct horse')).toEqual({ ok: true, user })
  })

  it('changes nothing for a user that is gone', async () => {
    const user = await add(ann)
    await users.delete(user.id)

    expect(await users.changePassword(user, 'correct horse', 'battery staple')).toEqual({
      ok: false,
      reason: 'wrong_password',
    })
    expect(reports).toEqual([['user_deleted', { userId: user.id }]])
  })

  it('costs whoever comes too late one hash (row 68)', async () => {
    const user = await add(ann)
    const change = (): Promise<unknown> => users.changePassword(user, 'correct horse', 'battery staple')

    expect(await countHashes(() => Promise.all([change(), change()]))).toBe(3)
  })

  it('changes nothing for another user of the same name', async () => {
    const user = await add(ann)
    await users.delete(user.id)
    await add(ann)

    expect(await users.changePassword(user, 'correct horse', 'battery staple')).toMatchObject({ ok: false })
  })

  it('refuses what the policy refuses, before it looks at the current one (row 59)', async () => {
    const user = await add(ann)

    const change = (): Promise<unknown> => errorOf(users.changePassword(user, 'correct horse', 'Password1'))

    expect(await countHashes(change)).toBe(0)
    expect(await change()).toMatchObject({ fields: [{ field: 'password' }] })
  })

  it('goes on when a login has replaced an old kind of hash meanwhile (row 56)', async () => {
    const user = await add(ann, oldHash)
    const paused = createPausedStore({ ...memoryStore(), users: store })
    const slow = createUsers({ openUsers: async () => paused.users, hashPool, clock })
    const pause = paused.pauseNext('users.changePasswordHash')

    const change = slow.changePassword(user, 'correct horse', 'battery staple')
    await pause.reached
    await users.checkLogin('ann', 'correct horse')
    pause.release()

    expect(await change).toMatchObject({ ok: true })
  })

  it('makes one of two changes at once (F11)', async () => {
    const user = await add(ann)
    const paused = createPausedStore({ ...memoryStore(), users: store })
    const slow = createUsers({ openUsers: async () => paused.users, hashPool, clock })
    const pause = paused.pauseNext('users.changePasswordHash')

    const change = slow.changePassword(user, 'correct horse', 'battery staple')
    await pause.reached
    await users.changePassword(user, 'correct horse', 'another battery')
    pause.release()

    expect(await change).toMatchObject({ ok: false })
    expect(await users.checkLogin('ann', 'another battery')).toMatchObject({ ok: true })
  })
})

describe('setPassword', () => {
  it('sets the password and ends all sessions', async () => {
    const { id, sessionGeneration } = await add(ann)
    expect(await users.setPassword(id, 'battery staple')).toBe(true)
    expect(await users.checkLogin('ann', 'battery staple')).toMatchObject({
      ok: true,
      user: { sessionGeneration: sessionGeneration + 1 },
    })
    expect(await users.checkLogin('ann', 'correct horse')).toMatchObject({ ok: false })
  })

  it.each(['short', 'ann@EXAMPLE.org', 'a'.repeat(1_025)])('refuses %j (row 59)', async (password) => {
    const user = await add(ann)
    expect(await errorOf(users.setPassword(user.id, password))).toMatchObject({ fields: [{ field: 'password' }] })
    expect(await users.findById(user.id)).toEqual(user)
  })

  it('tells of a user that is not there', async () => {
    expect(await users.setPassword('nobody', 'battery staple')).toBe(false)
  })

  it('tells of a user that is deleted meanwhile', async () => {
    const { id } = await add(ann)
    const late = { ...store, setPasswordHash: async () => false }
    const others = createUsers({ openUsers: async () => late, hashPool, clock, report })

    expect(await others.setPassword(id, 'battery staple')).toBe(false)
    expect(reports).toEqual([])
  })
})

describe('Users', () => {
  it('tells what is wrong with a user before one is created', async () => {
    expect(await users.findFaults(ann)).toEqual([])
    expect(await users.findFaults({ ...ann, email: 'ann' })).toEqual([{ field: 'email', code: 'emailUnfit' }])
  })

  it('tells what is wrong with a new password', async () => {
    const user = await add(ann)
    expect(await users.checkNewPassword(user, 'battery staple')).toBeNull()
    expect(await users.checkNewPassword(user, 'short')).toEqual({ code: 'passwordTooShort', values: { minimum: 8 } })
  })

  it('finds by any spelling of name or address', async () => {
    const user = await add(ann)
    expect(await users.findByIdentifier('ANN')).toEqual(user)
    expect(await users.findByIdentifier('ann@EXAMPLE.org')).toEqual(user)
    expect(await users.findByIdentifier('eve')).toBeNull()
    expect(await users.findByIdentifier('\u0000')).toBeNull()
    expect(await users.findById('nobody')).toBeNull()
  })

  it('changes what is named, and no more', async () => {
    const user = await add(ann)
    expect(await users.update(user.id, { admin: true })).toBe(true)
    expect(await users.findById(user.id)).toEqual({ ...user, admin: true })
    expect(await users.update('nobody', { admin: true })).toBe(false)
  })

  it('records a login at the time of the clock', async () => {
    const { id } = await add(ann)
    await users.recordLogin(id)
    expect((await users.findById(id))?.lastLogin).toEqual(now)
  })

  it('lists page by page, in the order of names', async () => {
    await add({ username: 'Carl', password: 'correct horse' })
    await add({ username: 'ann', password: 'correct horse' })
    await add({ username: 'Bob', password: 'correct horse' })

    const first = await users.list({ limit: 2 })
    const second = await users.list({ after: 'Bob', limit: 2 })
    expect(first.map(({ username }) => username)).toEqual(['ann', 'Bob'])
    expect(second.map(({ username }) => username)).toEqual(['Carl'])
    expect(await users.list({ after: '' })).toHaveLength(3)
  })

  it('tells of a new user and of a new password, and of nothing else', async () => {
    const { id } = await users.create(ann)
    await errorOf(users.create(ann))
    await users.setPassword(id, 'battery staple')
    await errorOf(users.setPassword(id, 'short'))
    await users.setPassword('nobody', 'battery staple')

    expect(reports).toEqual([
      ['user_created', { userId: id }],
      ['password_set', { userId: id }],
    ])
  })

  it('deletes a user', async () => {
    const { id } = await add(ann)
    expect(await users.delete(id)).toBe(true)
    expect(await users.findById(id)).toBeNull()
    expect(await users.delete(id)).toBe(false)
  })
})
