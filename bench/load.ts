import { once } from 'node:events'
import { type Socket, connect } from 'node:net'

/** Requests that are sent in turn, over and over, for so long or so often. */
interface Load {
  readonly requests: readonly string[]
  readonly seconds?: number
  readonly count?: number
}

export interface LoadResult {
  readonly answers: number
  /** How many of each status. */
  readonly statuses: Readonly<Record<string, number>>
  readonly perSecond: number
}

/** Opens so many connections, sends on them, and closes them again. */
export async function runLoad(
  load: Load & { readonly port: number; readonly connections: number },
): Promise<LoadResult> {
  const sockets = openConnections(load.port, load.connections)
  const result = await sendRequests(sockets, load)
  await closeConnections(sockets)
  return result
}

export function openConnections(port: number, count: number): Promise<Socket>[] {
  return Array.from({ length: count }, async () => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    await once(socket, 'connect')
    return socket
  })
}

export async function closeConnections(sockets: readonly Promise<Socket>[]): Promise<void> {
  for (const socket of sockets) (await socket).destroy()
}

/** Sends on each connection as soon as it is open, and again as soon as an answer is there: a closed loop. */
export async function sendRequests(
  sockets: readonly Promise<Socket>[],
  { requests, seconds = Infinity, count = Infinity }: Load,
): Promise<LoadResult> {
  const statuses: Record<string, number> = {}
  const bytes = requests.map((request) => Buffer.from(request))
  const started = performance.now()
  const until = started + seconds * 1000
  let sent = 0

  function next(): Buffer | null {
    if (sent >= count || (sent > 0 && performance.now() >= until)) return null
    sent += 1
    return bytes[sent % bytes.length] ?? null
  }

  await Promise.all(
    sockets.map(async (socket) =>
      sendInTurn(await socket, next, (status) => {
        statuses[status] = (statuses[status] ?? 0) + 1
      }),
    ),
  )
  const answers = Object.values(statuses).reduce((sum, ofStatus) => sum + ofStatus, 0)
  return { answers, statuses, perSecond: answers / ((performance.now() - started) / 1000) }
}

function sendInTurn(socket: Socket, next: () => Buffer | null, count: (status: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = ''

    function send(): void {
      const request = next()
      if (request === null) end()
      else socket.write(request)
    }

    function end(): void {
      socket.off('close', end).off('error', reject).off('data', receive)
      resolve()
    }

    function receive(chunk: Buffer): void {
      received += chunk.toString('latin1')
      if (!isWhole(received)) return
      count(received.slice(9, 12))
      received = ''
      send()
    }

    socket.on('close', end).on('error', reject).on('data', receive)
    send()
  })
}

function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n')
  if (headEnd === -1) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1]
  if (length === undefined) return answer.endsWith('0\r\n\r\n')
  return answer.length >= headEnd + 4 + Number(length)
}

/** @throws {Error} When any answer was another. */
export function requireStatus(name: string, { statuses }: LoadResult, status = '200'): void {
  if (Object.keys(statuses).some((one) => one !== status)) {
    throw new Error(`${name} answered with ${JSON.stringify(statuses)}.`)
  }
}
