import { Elysia } from 'elysia'
import {
  type FetchHandler,
  changePassword,
  createAuth,
  getUser,
  hostContext,
  protect,
  register,
  sessionLogin,
  sessionLogout,
} from 'latchkey'

const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })
await auth.ready()

interface Host {
  readonly request: Request
  readonly server: { requestIP(request: Request): { readonly address: string } | null } | null
}

function endpoint(handler: FetchHandler) {
  return ({ request, server }: Host) => handler(request, hostContext(request, server?.requestIP(request)?.address))
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
