import { createAuth, getUser, protect, sessionLogin, sessionLogout } from 'latchkey'
import { toDenoHandler } from 'latchkey/adapters/deno'

const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })
await auth.ready()

const login = sessionLogin({ auth, redirectTo: '/private/' })
const logout = sessionLogout({ auth, redirectTo: '/login/' })
const app = protect(answer, { auth })

async function answer(request: Request): Promise<Response> {
  const username = getUser(request)?.username
  switch (`${request.method} ${new URL(request.url).pathname}`) {
    case 'GET /private/':
      return new Response(`Hello ${username}`)
    case 'GET /api/me':
      return Response.json({ username })
    case 'POST /api/notes': {
      const { text } = await request.json()
      return Response.json({ by: username, text })
    }
    default:
      return new Response('Not found', { status: 404 })
  }
}

// What `deno serve server.ts` serves.
export default {
  fetch: toDenoHandler((request, context) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/login/') return login(request, context)
    if (pathname === '/logout/') return logout(request, context)
    return app(request, context)
  }),
}
