import { type H3Event, type Middleware, H3, serve } from 'h3'
import {
  type FetchHandler,
  type HostContext,
  changePassword,
  createAuth,
  createGuard,
  getUser,
  register,
  sessionLogin,
  sessionLogout,
} from 'latchkey'

const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })
await auth.ready()

function contextOf(event: H3Event): HostContext {
  return { incoming: event.runtime?.node?.req ?? null }
}

function endpoint(handler: FetchHandler) {
  return (event: H3Event) => handler(event.req, contextOf(event))
}

const guard = createGuard({ auth })
const usersOnly: Middleware = (event, next) =>
  guard(event.req, contextOf(event), async () => {
    const response = await next()
    return response instanceof Response ? response : Response.json(response)
  })

const app = new H3()
app.all('/login/', endpoint(sessionLogin({ auth, redirectTo: '/private/' })))
app.all('/logout/', endpoint(sessionLogout({ auth, redirectTo: '/login/' })))
app.all('/register/', endpoint(register({ auth, userDefaults: { active: true } })))
app.all('/change-password/', endpoint(changePassword({ auth })))

app.use('/private/**', usersOnly)
app.get('/private/', (event) => new Response(`Hello ${getUser(event.req)?.username}`))

app.use('/api/**', usersOnly)
app.get('/api/me', (event) => ({ username: getUser(event.req)?.username }))
app.post('/api/notes', async (event) => {
  const { text } = (await event.req.json()) as { text: string }
  return { by: getUser(event.req)?.username, text }
})

const { PORT = '3000' } = process.env
serve(app, { port: Number(PORT), hostname: '127.0.0.1' })
