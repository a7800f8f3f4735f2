import { sendJson } from './send-json.ts'
import { serve } from './serve.ts'

await serve((incoming, outgoing) => {
  sendJson(outgoing, 200, incoming.url === '/me' ? { username: 'ann' } : { hello: 'world' })
})
