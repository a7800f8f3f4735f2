import { type Socket, connect } from 'node:net'

/** A request, sent over and over. */
export interface Load {
  readonly port: number
  readonly request: string
  readonly connections: number
  readonly seconds: number
}

export interface LoadResult {
  readonly answers: number
  /** How many of each status. */
  readonly statuses: Readonly<Record<string, number>>
  readonly perSecond: number
}

/** Sends a request again on each connection as soon as its answer is there: a closed loop. */
export async function runLoad({ port, request, connections, seconds }: Load): Promise<LoadResult> {
  const statuses: Record<string, number> = {}
  const bytes = Buffer.from(request)
  const started = performance.now()
  const until = started + seconds * 1000

  await Promise.all(
    Array.from({ length: connections }, () =>
      sendInTurn(connect(port, '127.0.0.1'), bytes, until, (status) => {
        statuses[status] = (statuses[status] ?? 0) + 1
      }),
    ),
  )
  const answers = Object.values(statuses).reduce((sum, count) => sum + count, 0)
  return { answers, statuses, perSecond: answers / ((performance.now() - started) / 1000) }
}

function sendInTurn(socket: Socket, bytes: Buffer, until: number, count: (status: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = ''
    socket.setNoDelay(true)
    socket.on('connect', () => socket.write(bytes))
    socket.on('close', () => resolve())
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (!isWhole(received)) return
      count(received.slice(9, 12))
      received = ''
      if (performance.now() < until) socket.write(bytes)
      else socket.destroy()
    })
  })
}

function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n')
  if (headEnd === -1) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, headEnd + 2))?.[1]
  if (length === undefined) return answer.endsWith('0\r\n\r\n')
  return answer.length >= headEnd + 4 + Number(length)
}

export function getRequest(path: string, cookie: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\n\r\n`
}

export function loginRequest(password: string): string {
  const body = JSON.stringify({ username: 'ann', password })
  const head = `POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json`
  return `${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
