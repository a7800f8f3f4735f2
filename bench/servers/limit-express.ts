import express from 'express'
import { openLimit } from './limit.ts'
import { serve } from './serve.ts'

const limit = await openLimit()
const app = express()

app.get('/public', (_req, res) => void res.json({ hello: 'world' }))

app.get('/me', async (req, res) => {
  const user = await limit.findUser(req.headers.cookie)
  if (user === undefined) res.status(401).json({ message: 'unauthorized' })
  else res.json({ username: user.username })
})

app.post('/login', express.json(), async (req, res) => {
  const { username, password } = req.body as { username: string; password: string }
  const cookie = await limit.logIn(username, password)
  if (cookie === null) res.status(401).json({ message: 'wrong' })
  else res.setHeader('Set-Cookie', cookie).json({ message: 'logged in' })
})

app.post('/logout', async (req, res) => {
  await limit.logOut(req.headers.cookie)
  res.json({ message: 'logged out' })
})

await serve(app)
