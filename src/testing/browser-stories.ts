import { describe, expect, it } from 'vitest'
import { type GetHttpWorld, password } from './http-world.ts'

/** What people with a browser see. */
export function browserStories(getWorld: GetHttpWorld): void {
  describe('a browser', () => {
    it('is sent from a private page to the login, and comes back from there', async () => {
      const user = await getWorld().createUser()
      const browser = getWorld().browser()
      const sent = await browser.get('/private/?tab=2')
      const login = sent.headers.get('location') ?? ''
      const page = await browser.get(login)
      const back = await browser.postForm(login, { username: user.username, password })

      expect([sent.status, login]).toEqual([303, '/login/?next=%2Fprivate%2F%3Ftab%3D2'])
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(await page.text()).toContain('name="password"')
      expect([back.status, back.headers.get('location')]).toEqual([303, '/private/?tab=2'])
      expect(await (await browser.get('/private/?tab=2')).text()).toContain(user.username)
    })

    it('finds the login page at its address without the slash at the end, too', async () => {
      const browser = getWorld().browser()
      const response = await browser.get('/login')
      // Some frameworks answer there, and some say where it is.
      const { pathname } = new URL(response.headers.get('location') ?? '', 'http://app.example/login')
      const page = response.status === 200 ? response : await browser.get(pathname)

      expect(page.status).toBe(200)
      expect(await page.text()).toContain('name="password"')
    })

    it('goes where the app says after a login', async () => {
      const user = await getWorld().createUser()
      const response = await getWorld().browser().postForm('/login/', { username: user.username, password })

      expect([response.status, response.headers.get('location')]).toEqual([303, '/private/'])
      expect(response.headers.getSetCookie()[0]).toMatch(/^__Host-id=[\w-]{43};.*HttpOnly.*Secure/)
    })

    it('sees the page again after a wrong password, with its name but no password', async () => {
      const { username } = await getWorld().createUser()
      const browser = getWorld().browser()
      const response = await browser.postForm('/login/', { username, password: 'wrong password' })
      const page = await response.text()

      expect(response.status).toBe(401)
      expect(page).toContain(username)
      expect(page).not.toContain('wrong password')
      expect(browser.cookie()).toBeNull()
    })

    it('is logged out at once, its cookie everywhere (row 15)', async () => {
      const { client } = await getWorld().logIn(getWorld().browser())
      const cookie = client.cookie()
      const asked = await client.get('/logout/')
      const stillIn = await client.get('/private/')
      const response = await client.postForm('/logout/', {})
      const cleared = client.cookie()
      client.useCookie(cookie)

      expect([asked.status, stillIn.status]).toEqual([200, 200])
      expect([response.status, response.headers.get('location'), cleared]).toEqual([303, '/login/', null])
      expect((await client.get('/private/')).headers.get('location')).toBe('/login/?next=%2Fprivate%2F')
    })

    it('logs in again when its session has expired', async () => {
      const browser = getWorld().browser()
      browser.useCookie(await getWorld().expiredCookie(await getWorld().createUser()))
      const response = await browser.get('/private/')

      expect([response.status, response.headers.get('location')]).toEqual([303, '/login/?next=%2Fprivate%2F'])
    })

    it.each(['/private/', '/api/me'])('finds %s in no cache (row 44)', async (path) => {
      const { client } = await getWorld().logIn(getWorld().browser())

      expect((await client.get(path)).headers.get('cache-control')).toContain('no-store')
    })

    it('gets the login page under a policy without scripts', async () => {
      const { headers } = await getWorld().browser().get('/login/')

      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('x-frame-options')).toBe('DENY')
    })
  })
}
