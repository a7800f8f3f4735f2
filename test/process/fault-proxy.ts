import { once } from 'node:events'
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net'

/** Stands between a database server and whoever uses it, and breaks what is between them. */
export interface FaultProxy {
  /** The URL of the database as it is reached through here. */
  readonly url: string
  /** How many connections there are. */
  connections(): number
  /** Lets no answer through any more, and keeps the connections. */
  stall(): void
  /** Lets answers through again, those included that were held back. */
  resume(): void
  /** Ends every connection, and lets new ones in. */
  cut(): void
  /**
   * Ends a connection at a message, counted from now on over all of them: before a request passes, or before an answer does.
   *
   * @returns Whether that has happened.
   */
  cutAt(direction: 'request' | 'answer', message: number): () => boolean
  /** Ends every connection, and refuses new ones. */
  goDown(): Promise<void>
  /** Lets connections in again. */
  comeUp(): Promise<void>
  close(): Promise<void>
}

export async function startFaultProxy(databaseUrl: string): Promise<FaultProxy> {
  const target = new URL(databaseUrl)
  const upstreams = new Set<Socket>()
  let isStalled = false
  let passes: (direction: 'request' | 'answer') => boolean = () => true
  let server: Server = createServer()

  function join(client: Socket): void {
    const upstream = connect(Number(target.port), target.hostname)
    upstreams.add(upstream)
    if (isStalled) upstream.pause()
    upstream.on('data', (bytes) => (passes('answer') ? client.write(bytes) : upstream.destroy()))
    client.on('data', (bytes) => (passes('request') ? upstream.write(bytes) : upstream.destroy()))
    client.once('end', () => upstream.end())
    client.on('error', () => {}).once('close', () => upstream.destroy())
    upstream
      .on('error', () => {})
      .once('close', () => {
        upstreams.delete(upstream)
        client.resetAndDestroy()
      })
  }

  async function listen(port: number): Promise<number> {
    server = createServer(join).listen(port, '127.0.0.1')
    await once(server, 'listening')
    // A server that listens on a port has an address with one.
    return (server.address() as AddressInfo).port
  }

  function cut(): void {
    for (const upstream of upstreams) upstream.destroy()
  }

  async function goDown(): Promise<void> {
    const closed = once(server, 'close')
    server.close()
    cut()
    await closed
  }

  const port = await listen(0)
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`

  return {
    url: url.href,
    connections: () => upstreams.size,
    stall() {
      isStalled = true
      for (const upstream of upstreams) upstream.pause()
    },
    resume() {
      isStalled = false
      for (const upstream of upstreams) upstream.resume()
    },
    cut,
    cutAt(direction, message) {
      let seen = 0
      passes = (each) => {
        if (each === direction) seen += 1
        return each !== direction || seen !== message
      }
      return () => seen >= message
    },
    goDown,
    comeUp: async () => void (await listen(port)),
    close: goDown,
  }
}
