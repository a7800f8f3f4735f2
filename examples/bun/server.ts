import { changePassword, createAuth, getUser, protect, register, sessionLogin, sessionLogout } from 'latchkey'
import { toBunHandler } from 'latchkey/adapters/bun'

const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })
await auth.ready()

const endpoints = new Map([
  ['/login/', sessionLogin({ auth, redirectTo: '/private/' })],
  ['/logout/', sessionLogout({ auth, redirectTo: '/login/' })],
  ['/register/', register({ auth, userDefaults: { active: true } })],
  ['/change-password/', changePassword({ auth })],
])
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

const { PORT = '3000' } = process.env

// What `bun server.ts` serves.
export default {
  port: Number(PORT),
  hostname: '127.0.0.1',
  fetch: toBunHandler((request, context) => {
    const handler = endpoints.get(new URL(request.url).pathname) ?? app
    return handler(request, context)
  }),
}
