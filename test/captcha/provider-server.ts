import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A provider's `siteverify`, which answers as its documentation says. */
export interface ProviderServer {
  readonly url: string
  /** What it was sent, the latest last. */
  readonly requests: { readonly type: string | undefined; readonly body: URLSearchParams }[]
  close(): Promise<void>
}

interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
  readonly delayMs?: number
}

/** What it answers to each token; a `good` one is right once. */
function answerTo(token: string, used: Set<string>): Answer {
  const success = {
    success: true,
    challenge_ts: '2030-01-01T12:00:00.000Z',
    hostname: 'app.example',
    'error-codes': [],
  }
  const refusal = (code: string): Answer => ({ body: { success: false, 'error-codes': [code] } })
  const answers: Readonly<Record<string, Answer>> = {
    elsewhere: { body: { ...success, hostname: 'evil.example' } },
    'of-login': { body: { ...success, action: 'login' } },
    slow: { body: success, delayMs: 1_000 },
    'status-500': { status: 500, body: success },
    text: { body: '<h1>Welcome</h1>' },
    list: { body: [] },
    'success-as-text': { body: { success: 'true' } },
    redirect: { status: 307, headers: { location: '/elsewhere' }, body: '' },
  }
  if (token.startsWith('code:')) return refusal(token.slice('code:'.length))
  if (!token.startsWith('good')) return answers[token] ?? refusal('invalid-input-response')
  if (used.has(token)) return refusal('timeout-or-duplicate')
  used.add(token)
  return { body: success }
}

export async function startProvider(): Promise<ProviderServer> {
  const used = new Set<string>()
  const requests: ProviderServer['requests'] = []
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = new URLSearchParams(Buffer.concat(await request.toArray()).toString())
    requests.push({ type: request.headers['content-type'], body })
    const { status = 200, headers = {}, body: content, delayMs = 0 } = answerTo(body.get('response') ?? '', used)
    await pause(delayMs)
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof content === 'string' ? content : JSON.stringify(content))
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/siteverify`,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
