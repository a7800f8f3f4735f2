import { createServer } from 'node:http'
import { changePassword, createAuth, getUser, protect, register, sessionLogin, sessionLogout } from 'latchkey'
import { toNodeHandler } from 'latchkey/adapters/node'

const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })
await auth.ready()

const endpoints = new Map([
  ['/login/', toNodeHandler(sessionLogin({ auth, redirectTo: '/private/' }))],
  ['/logout/', toNodeHandler(sessionLogout({ auth, redirectTo: '/login/' }))],
  ['/register/', toNodeHandler(register({ auth, userDefaults: { active: true } }))],
  ['/change-password/', toNodeHandler(changePassword({ auth }))],
])
const app = toNodeHandler(protect(answer, { auth }))

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

const server = createServer((incoming, outgoing) => {
  const [path = ''] = incoming.url?.split('?', 1) ?? []
  const handler = endpoints.get(path) ?? app
  handler(incoming, outgoing)
})

const { PORT = '3000' } = process.env
server.listen(Number(PORT), '127.0.0.1', () => console.log(`Listening on http://localhost:${PORT}`))
