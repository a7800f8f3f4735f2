// Hashes that other systems wrote, each of a password that is known: see hashes-of-others.json.
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { type AuthEvent, createAuth } from '../../src/index.ts'
import { matchesForeignHash } from '../../src/password/foreign-hashes.ts'
import { currentForm, foreignCost, readForeignHash, whyUnreadable } from '../../src/password/hash-forms.ts'
import { memoryStore } from '../../src/stores/memory.ts'

interface Vector {
  /** Who writes such hashes. */
  readonly by: string
  readonly password: string
  readonly hash: string
}

const path = new URL('hashes-of-others.json', import.meta.url)
const { matching, refused }: { matching: readonly Vector[]; refused: readonly string[] } = JSON.parse(
  readFileSync(path, 'utf8'),
)
const vectors = matching.map((vector, index) => ({ ...vector, index }))
const foreign = vectors.filter(({ hash }) => !currentForm.test(hash))
/** One of each form, since each costs as much as some of latchkey's own. */
const oneOfEach = [...new Map(foreign.map((vector) => [readForeignHash(vector.hash)?.form, vector])).values()]

const events: AuthEvent[] = []
const store = memoryStore()
const auth = createAuth({ store, limits: null, onEvent: (event) => void events.push(event) })
afterAll(() => auth.close())

async function logIn(username: string, password: string): Promise<boolean> {
  const { ok } = await auth.users.checkLogin(username, password)
  return ok
}

async function storedHash(username: string): Promise<string> {
  return (await store.users.findByUsername(username))?.passwordHash ?? ''
}

describe('a user with a hash of other software', () => {
  it.each(vectors)('$by, vector $index, logs in, is upgraded, and logs in again', async (vector) => {
    const username = `user${vector.index}`
    await auth.users.import({ username, passwordHash: vector.hash })

    expect(await logIn(username, vector.password)).toBe(true)
    expect(await storedHash(username)).toMatch(currentForm)
    expect(await logIn(username, vector.password)).toBe(true)
  })

  it.each(oneOfEach)("isn't logged in by another password: $by", ({ password, hash }) => {
    expect(matchesForeignHash(`x${password}`, hash)).toBe(false)
    expect(matchesForeignHash('', hash)).toBe(false)
  })

  it('has the cost of each form estimated', () => {
    expect(foreign.filter(({ hash }) => (foreignCost(hash)?.roughMs ?? 0) <= 0)).toEqual([])
    expect(oneOfEach.length).toBe(12)
  })
})

describe('a stored value that no password matches', () => {
  it.each(refused)('%j is computed by nothing, and imported by nobody', async (hash) => {
    expect(whyUnreadable(hash)).toBe('unknown_form')
    expect(matchesForeignHash('', hash)).toBe(false)
    await expect(auth.users.import({ username: 'nobody', passwordHash: hash })).rejects.toThrow(
      /argon2, bcrypt, PBKDF2, scrypt and phpass/,
    )
  })

  it('is told to the app when its user logs in', async () => {
    const { id } = await auth.users.create({ username: 'eve', password: 'correct horse battery' })
    await store.users.setPasswordHash(id, 'md5$salt$21a98d9d24b5e57909aff566127a337e')

    expect(await auth.users.checkLogin('eve', 'correct horse battery')).toMatchObject({ reason: 'unknown_hash' })
    expect(events).toContainEqual(expect.objectContaining({ type: 'unknown_hash', userId: id, reason: 'unknown_form' }))
  })
})
