import { Socket } from 'node:net'
import type { Secret } from './marks.ts'
import { search } from './sightings.ts'
import { watchCalls } from './watch-calls.ts'

/** What a socket's first bytes say of all that follows. */
type Conversation = 'request' | 'answer' | 'database'

const conversations = new WeakMap<Socket, Conversation>()

/** A hash is what a database is for. */
const hashes: readonly Secret[] = ['a password hash']

/** Searches what is written to sockets: answers over HTTP, and all that databases are told. */
export function watchSockets(): void {
  watchCalls(Socket.prototype, '_write', {
    before: ([chunk, encoding], socket) => look(socket as Socket, [{ chunk, encoding }]),
  })
  watchCalls(Socket.prototype, '_writev', {
    before: ([chunks], socket) => look(socket as Socket, chunks as Part[]),
  })
  // What another runtime answers is seen here alone.
  watchCalls(Socket.prototype, 'push', {
    before([chunk, encoding], socket) {
      if (conversations.get(socket as Socket) === 'request') searchAnswer(toText({ chunk, encoding }))
    },
  })
}

interface Part {
  readonly chunk: unknown
  readonly encoding: unknown
}

function look(socket: Socket, parts: readonly Part[]): void {
  // A pipe to a program: what it is told is the test's affair.
  if (socket.remoteAddress === undefined) return
  const text = parts.map(toText).join('')
  const conversation = conversations.get(socket) ?? conversationOf(text)
  conversations.set(socket, conversation)
  if (conversation === 'answer') searchAnswer(text)
  if (conversation === 'database') search('what a database is told', text, hashes)
}

function searchAnswer(text: string): void {
  search('an answer over HTTP', text.replaceAll(/^set-cookie:.*$/gim, ''))
}

function conversationOf(text: string): Conversation {
  if (text.startsWith('HTTP/')) return 'answer'
  return /^[A-Z]+ \S+ HTTP\//.test(text) ? 'request' : 'database'
}

function toText({ chunk, encoding }: Part): string {
  const bytes = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk), encoding as BufferEncoding)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
