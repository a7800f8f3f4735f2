import { createRequestHandler } from '@react-router/express'
import express from 'express'
import { changePassword, createAuth, register, sessionLogin, sessionLogout } from 'latchkey'
import { toExpressHandler } from 'latchkey/adapters/express'

const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })
await auth.ready()

const app = express()
app.use('/login/', toExpressHandler(sessionLogin({ auth, redirectTo: '/private/' })))
app.use('/logout/', toExpressHandler(sessionLogout({ auth, redirectTo: '/login/' })))
app.use('/register/', toExpressHandler(register({ auth, userDefaults: { active: true } })))
app.use('/change-password/', toExpressHandler(changePassword({ auth })))

app.use(express.static('build/client'))
app.use(createRequestHandler({ build: await import('./build/server/index.js') }))

const { PORT = '3000' } = process.env
app.listen(Number(PORT), '127.0.0.1', () => console.log(`Listening on http://localhost:${PORT}`))
