import { Router } from '@koa/router'
import Koa from 'koa'
import bodyParser from 'koa-bodyparser'
import { changePassword, createAuth, register, sessionLogin, sessionLogout } from 'latchkey'
import { sessionAuth, toKoaMiddleware } from 'latchkey/adapters/koa'

const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })
await auth.ready()

const router = new Router()
router.all('/login', toKoaMiddleware(sessionLogin({ auth, redirectTo: '/private/' })))
router.all('/logout', toKoaMiddleware(sessionLogout({ auth, redirectTo: '/login/' })))
router.all('/register', toKoaMiddleware(register({ auth, userDefaults: { active: true } })))
router.all('/change-password', toKoaMiddleware(changePassword({ auth })))

router.get('/private/', sessionAuth({ auth }), (ctx) => {
  ctx.body = `Hello ${ctx.state.user.username}`
})

router.get('/api/me', sessionAuth({ auth }), (ctx) => {
  ctx.body = { username: ctx.state.user.username }
})
router.post('/api/notes', sessionAuth({ auth }), bodyParser(), (ctx) => {
  const { text } = ctx.request.body as { text: string }
  ctx.body = { by: ctx.state.user.username, text }
})

const app = new Koa()
app.use(router.routes())

const { PORT = '3000' } = process.env
app.listen(Number(PORT), '127.0.0.1', () => console.log(`Listening on http://localhost:${PORT}`))
