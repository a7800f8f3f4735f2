import { Hono } from 'hono'
import { sessionAuth } from '../src/adapters/hono.ts'
import { type Auth, type Captcha, changePassword, register, sessionLogin, sessionLogout } from '../src/index.ts'
import { homePage, privatePage } from './pages.ts'

/** An app with users who register by themselves: a public page, a private one, and one for programs. */
export function createApp(auth: Auth, captcha: Captcha | null = null): Hono {
  const app = new Hono()
  app.mount('/login/', sessionLogin({ auth, captcha }))
  app.mount('/logout/', sessionLogout({ auth }))
  app.mount('/register/', register({ auth, captcha, userDefaults: { active: true } }))
  app.mount('/change-password/', changePassword({ auth }))

  // Browsers ask for it on every page.
  app.get('/favicon.ico', () => new Response(null, { status: 204, headers: { 'cache-control': 'max-age=86400' } }))
  app.get('/', sessionAuth({ auth, allowUnauthenticated: true }), (c) => c.html(homePage(c.var.user)))
  app.get('/private/', sessionAuth({ auth }), (c) => c.html(privatePage(c.var.user)))
  app.get('/api/me', sessionAuth({ auth }), (c) => {
    const { id, username, email, firstName, lastName, admin, superuser, lastLogin } = c.var.user
    return c.json({ id, username, email, firstName, lastName, admin, superuser, lastLogin })
  })
  return app
}
