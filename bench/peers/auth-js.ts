import { Auth, type AuthConfig, skipCSRFCheck } from '@auth/core'
import Credentials from '@auth/core/providers/credentials'
import { Hono } from 'hono'
import { secret } from '../servers/environment.ts'
import { serveFetch } from '../servers/serve.ts'
import { openUserTable } from '../servers/user-table.ts'

const users = await openUserTable()
const config: AuthConfig = {
  basePath: '/auth',
  secret,
  trustHost: true,
  skipCSRFCheck,
  session: { strategy: 'jwt' },
  logger: { error: () => undefined },
  providers: [
    Credentials({
      credentials: { username: {}, password: {} },
      async authorize({ username, password }) {
        const user = await users.checkPassword(String(username), String(password))
        return user === null ? null : { id: user.id, name: user.username }
      },
    }),
  ],
}
const app = new Hono()
app.get('/public', (c) => c.json({ hello: 'world' }))

app.get('/me', async (c) => {
  const { headers } = c.req.raw
  const response = await Auth(new Request('http://localhost/auth/session', { headers }), config)
  const session = (await response.json()) as { user?: { name: string } } | null
  if (session?.user === undefined) return c.json({ message: 'unauthorized' }, 401)
  for (const cookie of response.headers.getSetCookie()) c.header('Set-Cookie', cookie, { append: true })
  return c.json({ username: session.user.name })
})

app.post('/login', async (c) => {
  const body = new URLSearchParams(await c.req.json())
  const request = new Request('http://localhost/auth/callback/credentials', { method: 'POST', body })
  const response = await Auth(request, config)
  const cookies = response.headers.getSetCookie().filter((cookie) => cookie.startsWith('authjs.session-token'))
  if (cookies.length === 0) return c.json({ message: 'wrong' }, 401)
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true })
  return c.json({ message: 'logged in' })
})

app.post('/logout', async (c) => {
  const { headers } = c.req.raw
  return Auth(new Request('http://localhost/auth/signout', { method: 'POST', headers }), config)
})

await serveFetch(app.fetch)
