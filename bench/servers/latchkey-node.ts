import { getUser, protect, sessionLogin, sessionLogout } from 'latchkey'
import { toNodeHandler } from 'latchkey/adapters/node'
import { openAuth } from './latchkey-auth.ts'
import { serve } from './serve.ts'

const auth = await openAuth()

const endpoints = new Map([
  ['/public', toNodeHandler(() => Response.json({ hello: 'world' }))],
  ['/login', toNodeHandler(sessionLogin({ auth, redirectTo: null }))],
  ['/logout', toNodeHandler(sessionLogout({ auth, redirectTo: null }))],
])
const app = toNodeHandler(protect((request) => Response.json({ username: getUser(request)?.username }), { auth }))

await serve((incoming, outgoing) => {
  const handler = endpoints.get(incoming.url ?? '') ?? app
  handler(incoming, outgoing)
})
