import type { IncomingMessage, ServerResponse } from 'node:http'
import { sessionLogin, sessionLogout } from 'latchkey'
import { createNodeGuard, getUser, toNodeHandler } from 'latchkey/adapters/node'
import { openAuth } from './latchkey-auth.ts'
import { sendJson } from './send-json.ts'
import { serve } from './serve.ts'

const auth = await openAuth()
const guard = createNodeGuard({ auth })
const login = toNodeHandler(sessionLogin({ auth, redirectTo: null }))
const logout = toNodeHandler(sessionLogout({ auth, redirectTo: null }))

await serve((incoming, outgoing) => void answer(incoming, outgoing))

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  switch (incoming.url) {
    case '/public':
      return sendJson(outgoing, 200, { hello: 'world' })
    case '/login':
      return login(incoming, outgoing)
    case '/logout':
      return logout(incoming, outgoing)
    default:
      if (await guard(incoming, outgoing)) sendJson(outgoing, 200, { username: getUser(incoming)?.username })
  }
}
