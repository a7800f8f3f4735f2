import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { sessionAuth } from '../../src/adapters/hono.ts'
import { serveNode } from '../../src/adapters/node.ts'
import { changePassword, createAuth, register, sessionLogin, sessionLogout } from '../../src/index.ts'
import { httpContract } from '../../src/testing/http-contract.ts'
import { type ExampleCommand, onNode, startExample } from './example.ts'

const denoPermissions = ['net', 'read', 'write', 'env', 'sys', 'ffi'].map((name) => `--allow-${name}`)
const denoImports = `--import-map=${import.meta.dirname}/deno-imports.json`

const examples: Readonly<Record<string, ExampleCommand>> = {
  hono: onNode('hono'),
  'node:http': onNode('node'),
  express: onNode('express'),
  fastify: onNode('fastify'),
  koa: onNode('koa'),
  bun: () => ['bun', 'examples/bun/server.ts'],
  deno: (port) => ['deno', 'serve', ...denoPermissions, denoImports, `--port=${port}`, 'examples/deno/server.ts'],
}

function newDatabase(): string {
  return `sqlite://${join(mkdtempSync(join(tmpdir(), 'latchkey-http-')), 'contract.db')}`
}

for (const [name, command] of Object.entries(examples)) {
  httpContract(name, (settings) => startExample(command, settings), newDatabase)
}

httpContract(
  'hono in this process',
  async (settings) => {
    const auth = createAuth(settings)
    const app = new Hono()
    app.mount('/login/', sessionLogin({ auth, redirectTo: '/private/' }))
    app.mount('/logout/', sessionLogout({ auth, redirectTo: '/login/' }))
    app.mount('/register/', register({ auth, userDefaults: { active: true } }))
    app.mount('/change-password/', changePassword({ auth }))
    app.get('/private/', sessionAuth({ auth }), (c) => c.text(`Hello ${c.var.user.username}`))
    app.get('/api/me', sessionAuth({ auth }), (c) => c.json({ username: c.var.user.username }))
    app.post('/api/notes', sessionAuth({ auth }), async (c) => {
      const { text } = await c.req.json<{ text: string }>()
      return c.json({ by: c.var.user.username, text })
    })
    return serveNode(app.fetch, { port: 0, signals: false, onClose: auth.close })
  },
  newDatabase,
)
