import { describe, expect, it } from 'vitest'
import type { HttpClient } from './http-client.ts'
import { type GetHttpWorld, password } from './http-world.ts'

/** What programs do, and are told. */
export function programStories(getWorld: GetHttpWorld): void {
  describe('a program', () => {
    it.each(['postJson', 'postForm', 'postMultipart'] as const)('logs in by %s', async (post) => {
      const { username } = await getWorld().createUser()
      const program = getWorld().program()
      const response = await program[post]('/login/', { username, password }, { accept: 'application/json' })

      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ redirectTo: '/private/' })
      expect(await (await program.get('/api/me')).json()).toEqual({ username })
    })

    it('is refused with JSON without a session', async () => {
      const response = await getWorld().program().get('/api/me')

      expect([response.status, response.headers.get('content-type')]).toEqual(problemOf(401))
      expect(await response.json()).toMatchObject({ status: 401, code: 'ERR_LATCHKEY_NOT_LOGGED_IN' })
    })

    it.each([
      '/private',
      '/PRIVATE/',
      '/%70rivate/',
      '//private/',
      '/private;a/',
      '/private/;a',
      '/private/%2e',
      '/private%00/',
      '/x/..%2fprivate/',
      '/ap%69/me',
      '/api%2fme',
      '/API/me',
    ])('finds no way around the guard by %s (row 53)', async (path) => {
      const response = await getWorld().program().get(path)

      expect(response.status).toBeGreaterThanOrEqual(300)
      expect(response.status).toBeLessThan(500)
    })

    it.each([
      ['x-middleware-subrequest', 'proxy:proxy:proxy:proxy:proxy'],
      ['x-original-url', '/login/'],
      ['x-http-method-override', 'OPTIONS'],
      ['x-forwarded-user', 'ann'],
    ])('finds no way around the guard by the header %s (row 54)', async (name, value) => {
      const headers = { [name]: value }
      const response = await getWorld().program().get('/api/me', headers)

      expect(response.status).toBe(401)
    })

    it('sends a body past the guard', async () => {
      const { client, user } = await getWorld().logIn(getWorld().program())
      const response = await client.postJson('/api/notes', { text: 'ünïcode' })

      expect(await response.json()).toEqual({ by: user.username, text: 'ünïcode' })
    })

    it('logs out', async () => {
      const { client } = await getWorld().logIn(getWorld().program())
      const cookie = client.cookie()
      const response = await client.send('POST', '/logout/', { headers: { accept: 'application/json' } })
      client.useCookie(cookie)

      expect(response.status).toBe(200)
      expect((await client.get('/api/me')).status).toBe(401)
    })

    it('asks for the head of a page', async () => {
      const response = await getWorld().program().send('HEAD', '/login/')

      expect([response.status, await response.text()]).toEqual([200, ''])
    })

    it('is held back after many wrong passwords, and its neighbor is not (rows 73, 78)', async () => {
      const program = getWorld().program()
      await guess25Names(program)
      const refused = await program.postJson('/login/', { username: 'nobody', password })
      const neighbor = await getWorld().program().postJson('/login/', { username: 'nobody', password })

      expect([refused.status, refused.headers.get('content-type')]).toEqual(problemOf(429))
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(neighbor.status).toBe(401)
    })
  })
}

/** A few at a time, so that each gets its hash, and counts, on a slow machine. */
async function guess25Names(program: HttpClient): Promise<void> {
  for (const wave of ['a', 'b', 'c', 'd', 'e']) {
    const names = Array.from({ length: 5 }, (_, index) => `nobody-${wave}${index}`)
    await Promise.all(names.map((username) => program.postJson('/login/', { username, password })))
  }
}

/** What a program is told that errs. */
export function failureStories(getWorld: GetHttpWorld): void {
  describe('a program that errs', () => {
    const json = 'application/json'
    const form = 'application/x-www-form-urlencoded'

    it.each([
      ['broken JSON', '{"username": "ann"', json, 400],
      ['JSON that is no object', '[]', json, 400],
      ['an empty body of JSON', '', json, 400],
      ['an empty form', '', form, 422],
      ['a form with broken percent signs', 'username=%E0%A4%A', form, 400],
      ['a form with a field twice', 'username=a&username=b', form, 400],
      ['a multipart form without a boundary', '--x--', 'multipart/form-data', 400],
      ['a type that nobody reads', 'username=ann', 'text/plain', 415],
    ])('is refused for %s (rows 40, 52)', async (_name, body, type, status) => {
      const response = await getWorld()
        .program()
        .send('POST', '/login/', { body, headers: { 'content-type': type } })

      expect([response.status, response.headers.get('content-type')]).toEqual(problemOf(status))
    })

    it('is refused for a form of 20 KiB, or cut off (row 49)', async () => {
      // SvelteKit's server for Node ends the connection when a body isn't wanted, before it can answer.
      const sending = getWorld()
        .program()
        .postForm('/login/', { password: 'x'.repeat(20_480) })
      const status = await sending.then((response) => response.status).catch(() => 'cut off')

      expect([413, 'cut off']).toContain(status)
    })

    it('is told which methods there are (row 52)', async () => {
      const response = await getWorld().program().send('PUT', '/login/')

      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
    })

    it('finds no second login below the login', async () => {
      expect([401, 404]).toContain((await getWorld().program().get('/login/below')).status)
    })

    it('is told nothing of who exists (row 64)', async () => {
      const { username } = await getWorld().createUser()
      const wrong = await getWorld().program().postJson('/login/', { username, password: 'wrong password' })
      const unknown = await getWorld().program().postJson('/login/', { username: 'nobody', password })

      expect([wrong.status, await wrong.text()]).toEqual([unknown.status, await unknown.text()])
    })
  })
}

/** Status and type of a refusal for programs. */
function problemOf(status: number): unknown[] {
  return [status, 'application/problem+json; charset=utf-8']
}
