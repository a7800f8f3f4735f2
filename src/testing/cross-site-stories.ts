import { describe, expect, it } from 'vitest'
import { type GetHttpWorld, password } from './http-world.ts'

/** What a page of another site can do with a browser that is logged in: nothing. */
export function crossSiteStories(getWorld: GetHttpWorld): void {
  describe('another site', () => {
    it.each([
      ['a browser that tells so', { 'sec-fetch-site': 'cross-site' }],
      ['a page of a sibling domain', { 'sec-fetch-site': 'same-site', origin: 'https://sibling.example' }],
      ['an older browser', { origin: 'https://other.example' }],
      ['a page in a sandbox', { origin: 'null' }],
    ])('can log nobody in or out, and write nothing, through %s (row 37)', async (_name, headers) => {
      const { client, user } = await getWorld().logIn(getWorld().program())
      const login = await client.postForm('/login/', { username: user.username, password }, headers)
      const logout = await client.postForm('/logout/', {}, headers)
      const note = await client.postJson('/api/notes', { text: 'forged' }, headers)

      expect([login.status, logout.status, note.status]).toEqual([403, 403, 403])
      expect((await client.get('/api/me')).status).toBe(200)
    })
  })
}
