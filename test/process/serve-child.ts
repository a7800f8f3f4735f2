import { serveNode } from '../../src/adapters/node.ts'

// A server in a process of its own: /slow answers when the parent process says so, everything else at once.
const release = new Promise<void>((resolve) => process.once('message', () => resolve()))

const server = await serveNode(
  async (request) => {
    if (new URL(request.url).pathname === '/slow') {
      process.send?.('running')
      await release
    }
    return new Response('done')
  },
  {
    port: 0,
    onClose() {
      console.log('closed')
      process.disconnect()
    },
  },
)
process.send?.(server.port)
