import express from 'express'
import { changePassword, createAuth, register, sessionLogin, sessionLogout } from 'latchkey'
import { getUser, sessionAuth, toExpressHandler } from 'latchkey/adapters/express'

const auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })
await auth.ready()

const app = express()
app.use('/login/', toExpressHandler(sessionLogin({ auth, redirectTo: '/private/' })))
app.use('/logout/', toExpressHandler(sessionLogout({ auth, redirectTo: '/login/' })))
app.use('/register/', toExpressHandler(register({ auth, userDefaults: { active: true } })))
app.use('/change-password/', toExpressHandler(changePassword({ auth })))

app.get('/private/', sessionAuth({ auth }), (req, res) => {
  res.send(`Hello ${getUser(req)?.username}`)
})

app.use('/api/', sessionAuth({ auth }), express.json())
app.get('/api/me', (req, res) => {
  res.json({ username: getUser(req)?.username })
})
app.post('/api/notes', (req, res) => {
  res.json({ by: getUser(req)?.username, text: req.body.text })
})

const { PORT = '3000' } = process.env
app.listen(Number(PORT), '127.0.0.1', () => console.log(`Listening on http://localhost:${PORT}`))
