import express from 'express'
import { sessionLogin, sessionLogout } from 'latchkey'
import { getUser, sessionAuth, toExpressHandler } from 'latchkey/adapters/express'
import { openAuth } from './latchkey-auth.ts'
import { serve } from './serve.ts'

const auth = await openAuth()
const app = express()

app.get('/public', (_req, res) => void res.json({ hello: 'world' }))
app.get('/me', sessionAuth({ auth }), (req, res) => void res.json({ username: getUser(req)?.username }))
app.use('/login', toExpressHandler(sessionLogin({ auth, redirectTo: null })))
app.use('/logout', toExpressHandler(sessionLogout({ auth, redirectTo: null })))

await serve(app)
