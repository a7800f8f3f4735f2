// A server that does nothing: each GET is 200, each POST 401 as soon as its body has come. What a flood costs any server.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const large = 'x'.repeat(4_000_000)

const server = createServer((request, response) => {
  if (request.method === 'POST') request.resume().once('end', () => response.writeHead(401).end('{}'))
  else response.end(request.url === '/large' ? large : '{}')
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
