// A server that does nothing: each GET is 200, each POST 401 as soon as its body has come; of logins it hashes, where it is told
// to, as many at once as there are cores. What a flood of bytes, or of hashes, costs any server.
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import { hash } from '@node-rs/argon2'

const large = 'x'.repeat(4_000_000)
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const hashesAtOnce = process.argv.includes('--hashes') ? Math.min(4, os.availableParallelism()) : 0
let hashing = 0

/** Nobody hashes for what another site sends, nor for what comes while enough are hashed. */
async function refuse({ headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  if (hashing < hashesAtOnce && headers.origin === undefined) {
    hashing += 1
    await hash('a password', cost)
    hashing -= 1
  }
  response.writeHead(401).end('{}')
}

const server = createServer((request, response) => {
  if (request.method === 'POST') request.resume().once('end', () => void refuse(request, response))
  else response.end(request.url === '/large' ? large : '{}')
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
