import { json } from 'node:stream/consumers'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { openLimit } from './limit.ts'
import { serve } from './serve.ts'
import { sendJson } from './send-json.ts'

const limit = await openLimit()

await serve((incoming, outgoing) => void answer(incoming, outgoing))

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  switch (`${incoming.method} ${incoming.url}`) {
    case 'GET /public':
      return sendJson(outgoing, 200, { hello: 'world' })
    case 'GET /me': {
      const user = await limit.findUser(incoming.headers.cookie)
      if (user === undefined) return sendJson(outgoing, 401, { message: 'unauthorized' })
      return sendJson(outgoing, 200, { username: user.username })
    }
    case 'POST /login': {
      const { username, password } = (await json(incoming)) as { username: string; password: string }
      const cookie = await limit.logIn(username, password)
      if (cookie === null) return sendJson(outgoing, 401, { message: 'wrong' })
      outgoing.setHeader('Set-Cookie', cookie)
      return sendJson(outgoing, 200, { message: 'logged in' })
    }
    case 'POST /logout':
      await limit.logOut(incoming.headers.cookie)
      return sendJson(outgoing, 200, { message: 'logged out' })
    default:
      return sendJson(outgoing, 404, { message: 'not found' })
  }
}
