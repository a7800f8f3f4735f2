import { type RequestListener, createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'

type Fetch = Parameters<typeof getRequestListener>[0]

/** Serves on a free port, tells the parent process where, and answers each of its messages with what was used so far. */
export async function serve(listener: RequestListener): Promise<void> {
  const server = createServer(listener)
  // One that is closed while a request is on its way would end the whole run.
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  process.on('message', () => {
    const [whole, main] = [process.cpuUsage(), process.threadCpuUsage()]
    process.send?.({
      cpuMicroseconds: whole.user + whole.system,
      mainThreadMicroseconds: main.user + main.system,
      rssBytes: process.memoryUsage.rss(),
    })
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
}

/** The same for an app of Hono, or any other fetch handler. */
export async function serveFetch(fetch: Fetch): Promise<void> {
  const listener = getRequestListener(fetch)
  await serve((incoming, outgoing) => void listener(incoming, outgoing))
}
