import { serveNode, type NodeServer, type ServeOptions } from '../../src/adapters/node.ts'

/** A server whose `/slow` and `/stream` wait until the test says so; `/limited` reads 16 KiB of a body. */
export interface TestServer extends NodeServer {
  /** Resolves when a request has begun to wait. */
  readonly waiting: Promise<void>
  /** Lets all requests that wait go on. */
  release(): void
}

/** Starts one on a free port, with timeouts that tests can wait for. */
export async function startTestServer(options: ServeOptions = {}): Promise<TestServer> {
  const waiting = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()

  async function handler(request: Request): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case '/echo':
        return new Response(await request.text())
      case '/limited':
        return limited(request)
      case '/slow':
        waiting.resolve()
        await released.promise
        return new Response('slow')
      case '/stream':
        return new Response(slowStream())
      case '/throw':
        throw new Error('a secret')
      case '/nothing':
        return undefined as unknown as Response
      default:
        return new Response('hello')
    }
  }

  function slowStream(): ReadableStream<Uint8Array> {
    return new ReadableStream({
      start: (controller) => controller.enqueue(Buffer.from('one ')),
      async pull(controller) {
        waiting.resolve()
        await released.promise
        controller.enqueue(Buffer.from('two'))
        controller.close()
      },
    })
  }

  const server = await serveNode(handler, {
    port: 0,
    signals: false,
    headersTimeout: 0.5,
    requestTimeout: 1,
    keepAliveTimeout: 60,
    closeTimeout: 60,
    ...options,
  })
  return { ...server, waiting: waiting.promise, release: () => released.resolve() }
}

async function limited(request: Request): Promise<Response> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = request.body?.getReader()
  let size = 0
  for (let part = await reader?.read(); part?.done === false && size <= 16_384; part = await reader?.read()) {
    size += part.value.byteLength
  }
  void reader?.cancel()
  return new Response('too large', { status: 413 })
}
