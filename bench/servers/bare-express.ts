import express from 'express'
import { serve } from './serve.ts'

const app = express()
app.get('/public', (_req, res) => void res.json({ hello: 'world' }))
app.get('/me', (_req, res) => void res.json({ username: 'ann' }))

await serve(app)
