import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One answer, as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** A connection that sends bytes as they are given, whether or not they are HTTP. */
export interface RawConnection {
  readonly socket: Socket
  /** Writes bytes; resolves when they have left this process, or when the connection is gone. */
  send(bytes: string | Uint8Array): Promise<void>
  /** The next answer; `null` when the server ends the connection without a whole one. */
  answer(): Promise<RawAnswer | null>
  /** Resolves when the server has ended or reset the connection. */
  readonly ended: Promise<void>
  /** Resets the connection. */
  destroy(): void
}

/** Connects to a port of this machine. */
export async function openRaw(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let received = Buffer.alloc(0)
  let isOver = false
  let wake: () => void = () => {}
  const ended = new Promise<void>((resolve) => {
    function end(): void {
      isOver = true
      wake()
      resolve()
    }
    socket.once('end', end).once('close', end)
  })
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    wake()
  })
  await once(socket, 'connect')

  async function answer(): Promise<RawAnswer | null> {
    for (;;) {
      const parsed = parseAnswer(received)
      if (parsed !== null) {
        received = received.subarray(parsed.length)
        return parsed.answer
      }
      if (isOver) return null
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  return { socket, ended, answer, send: (bytes) => send(socket, bytes), destroy: () => socket.resetAndDestroy() }
}

/** Sends bytes on a connection of their own, and gives the first answer; `null` when there is none. */
export async function sendRaw(port: number, bytes: string | Uint8Array): Promise<RawAnswer | null> {
  const connection = await openRaw(port)
  await connection.send(bytes)
  const answer = await connection.answer()
  connection.socket.destroy()
  return answer
}

function send(socket: Socket, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve()
    socket.once('close', resolve)
    socket.write(bytes, () => {
      socket.off('close', resolve)
      resolve()
    })
  })
}

function parseAnswer(bytes: Buffer): { answer: RawAnswer; length: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd === -1) return null
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n')
  const headers = new Headers(lines.map((line): [string, string] => splitHeader(line)))
  const status = Number(statusLine.split(' ')[1])
  const rest = bytes.subarray(headEnd + 4)
  const body = headers.get('transfer-encoding') === 'chunked' ? readChunks(rest) : readLength(rest, headers)
  if (status < 200) return { answer: { status, headers, body: '' }, length: headEnd + 4 }
  return body === null
    ? null
    : { answer: { status, headers, body: body.text.toString() }, length: headEnd + 4 + body.length }
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trim()]
}

function readLength(bytes: Buffer, headers: Headers): { text: Buffer; length: number } | null {
  const length = Number(headers.get('content-length') ?? 0)
  return bytes.length < length ? null : { text: bytes.subarray(0, length), length }
}

function readChunks(bytes: Buffer): { text: Buffer; length: number } | null {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return null
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16)
    const next = lineEnd + 2 + size + 2
    if (bytes.length < next) return null
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    if (size === 0) return { text: Buffer.concat(chunks), length: next }
    at = next
  }
}
