import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type GetHttpWorld, password } from './http-world.ts'

const next = 'staple battery horse'

/** How someone becomes a user, and chooses another password. */
export function accountStories(getWorld: GetHttpWorld): void {
  describe('a new user', () => {
    it('registers, is sent to the login, and logs in', async () => {
      const browser = getWorld().browser()
      const form = newUser()
      const page = await browser.get('/register/')
      const registered = await browser.postForm('/register/', form)
      const response = await browser.postForm('/login/', { username: form.username, password })

      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('name="confirm_password"')])
      expect([registered.status, registered.headers.get('location')]).toEqual([303, '/login/'])
      expect(response.status).toBe(303)
      expect(await (await browser.get('/private/')).text()).toContain(form.username)
    })

    it('hears of everything that is wrong with a form, at its field', async () => {
      const { username } = await getWorld().createUser()
      const form = { ...newUser(), username, confirm_password: 'another one' }
      const response = await getWorld().program().postJson('/register/', form)

      expect(response.status).toBe(422)
      expect(await response.json()).toMatchObject({
        errors: [{ field: 'username' }, { field: 'confirm_password' }],
      })
    })
  })

  describe('a user who changes the password', () => {
    it('is logged out everywhere, and logs in with the new one (row 19)', async () => {
      const { client, user } = await getWorld().logIn(getWorld().browser())
      const cookie = client.cookie()
      const response = await client.postForm('/change-password/', changeOf(password))
      client.useCookie(cookie)
      const oldSession = await client.get('/private/')
      const oldPassword = await getWorld().browser().postForm('/login/', { username: user.username, password })
      const newPassword = await client.postForm('/login/', { username: user.username, password: next })

      expect([response.status, response.headers.get('location')]).toEqual([303, '/login/'])
      expect([oldSession.status, oldPassword.status, newPassword.status]).toEqual([303, 401, 303])
      expect(newPassword.headers.get('location')).toBe('/private/')
    })

    it('has to know the old one', async () => {
      const { client } = await getWorld().logIn(getWorld().program())
      const response = await client.postJson('/change-password/', changeOf('not this one'))

      expect(response.status).toBe(422)
      expect(await response.json()).toMatchObject({ errors: [{ field: 'current_password' }] })
    })

    it('has to be logged in, and comes back after that', async () => {
      const browser = await getWorld().browser().get('/change-password/')
      const program = await getWorld().program().postJson('/change-password/', changeOf(password))

      expect([browser.status, browser.headers.get('location')]).toEqual([303, '/login/?next=%2Fchange-password%2F'])
      expect(program.status).toBe(401)
    })
  })
}

function newUser(): Record<'username' | 'email' | 'password' | 'confirm_password', string> {
  const username = `new-${randomBytes(6).toString('hex')}`
  return { username, email: `${username}@example.org`, password, confirm_password: password }
}

function changeOf(current: string): Record<string, string> {
  return { current_password: current, new_password: next, confirm_new_password: next }
}
