import Fastify from 'fastify'
import { changePassword, createAuth, register, sessionLogin, sessionLogout } from 'latchkey'
import { getUser, sessionAuth, toFastifyPlugin } from 'latchkey/adapters/fastify'

const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })
await auth.ready()

const app = Fastify()
app.register(toFastifyPlugin(sessionLogin({ auth, redirectTo: '/private/' })), { prefix: '/login/' })
app.register(toFastifyPlugin(sessionLogout({ auth, redirectTo: '/login/' })), { prefix: '/logout/' })
app.register(toFastifyPlugin(register({ auth, userDefaults: { active: true } })), { prefix: '/register/' })
app.register(toFastifyPlugin(changePassword({ auth })), { prefix: '/change-password/' })

const onRequest = sessionAuth({ auth })
app.get('/private/', { onRequest }, (request) => `Hello ${getUser(request)?.username}`)

app.get('/api/me', { onRequest }, (request) => ({ username: getUser(request)?.username }))
app.post<{ Body: { text: string } }>('/api/notes', { onRequest }, (request) => ({
  by: getUser(request)?.username,
  text: request.body.text,
}))

const { PORT = '3000' } = process.env
const url = await app.listen({ port: Number(PORT) })
console.log(`Listening on ${url}`)
