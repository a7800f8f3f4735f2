import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'

/** Hands each request to the next of several servers in turn, as a balancer does that knows nothing of sessions. */
export interface Alternator {
  readonly url: string
  /** How many requests each of them got. */
  counts(): readonly number[]
  close(): Promise<void>
}

export async function alternate(urls: readonly string[]): Promise<Alternator> {
  const counts = urls.map(() => 0)
  let next = 0

  function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const turn = next % urls.length
    next += 1
    counts[turn] = (counts[turn] ?? 0) + 1
    const { method, url: path, rawHeaders: headers } = incoming
    const { hostname, port } = new URL(urls[turn] ?? '')
    const onward = request({ hostname, port, path, method, headers, setHost: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      pipeline(answer, outgoing).catch(() => outgoing.destroy())
    })
    onward.once('error', () => outgoing.destroy())
    incoming.pipe(onward)
  }

  const server = createServer(forward).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    counts: () => counts,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
