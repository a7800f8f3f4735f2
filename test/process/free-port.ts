import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** A port that is free, for a program that can't choose one itself and tell it. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
