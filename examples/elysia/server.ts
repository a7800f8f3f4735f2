import { Elysia } from 'elysia'
import {
  type FetchHandler,
  changePassword,
  createAuth,
  getUser,
  protect,
  register,
  sessionLogin,
  sessionLogout,
} from 'latchkey'
import { type BunServer, toBunHandler } from 'latchkey/adapters/bun'

const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })
await auth.ready()

interface Host {
  readonly request: Request
  readonly server: BunServer | null
}

function endpoint(fetchHandler: FetchHandler) {
  const handler = toBunHandler(fetchHandler)
  return ({ request, server }: Host) => (server === null ? fetchHandler(request) : handler(request, server))
}

// The endpoints read bodies by themselves.
const parse = 'none'

const { PORT = '3000' } = process.env

new Elysia()
  .all('/login/', endpoint(sessionLogin({ auth, redirectTo: '/private/' })), { parse })
  .all('/logout/', endpoint(sessionLogout({ auth, redirectTo: '/login/' })), { parse })
  .all('/register/', endpoint(register({ auth, userDefaults: { active: true } })), { parse })
  .all('/change-password/', endpoint(changePassword({ auth })), { parse })

  .get('/private/', endpoint(protect((request) => new Response(`Hello ${getUser(request)?.username}`), { auth })))
  .get('/api/me', endpoint(protect((request) => Response.json({ username: getUser(request)?.username }), { auth })))
  .post(
    '/api/notes',
    endpoint(
      protect(
        async (request) => {
          const { text } = await request.json()
          return Response.json({ by: getUser(request)?.username, text })
        },
        { auth },
      ),
    ),
    { parse },
  )
  .listen({ port: Number(PORT), hostname: '127.0.0.1' })
