import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { RefusedError, UsageError } from './exit-codes.ts'

/** Far more than a password can have. */
const maximumBytes = 65_536

/** The new password, from standard input as it is or by asking on the terminal. */
export async function readNewPassword(passwordStdin = false): Promise<string> {
  if (passwordStdin) return readPassword(process.stdin)
  if (!process.stdin.isTTY) {
    throw new UsageError('There is no terminal to ask for the password. Send it on standard input: --password-stdin.')
  }
  return promptNewPassword(process.stdin, process.stderr)
}

/** All of the stream as UTF-8, less one final newline, and the byte order mark that some shells send. */
export async function readPassword(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of input) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size > maximumBytes) throw new RefusedError('The password is too long.')
  }
  return decodePassword(Buffer.concat(chunks)).replace(/\r?\n$/, '')
}

function decodePassword(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new RefusedError('The password is not in UTF-8.')
  }
}

/** Asks twice, and shows nothing of what is typed. */
export async function promptNewPassword(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  // One iterator for both: it keeps a second line that was pasted together with the first.
  const lines = terminal[Symbol.asyncIterator]()

  async function ask(question: string): Promise<string> {
    output.write(question)
    const line = await lines.next()
    output.write('\n')
    if (line.done === true) throw new RefusedError('No password was given.')
    return line.value
  }

  try {
    const password = await ask('New password: ')
    if ((await ask('The same again: ')) !== password) throw new RefusedError('The two passwords differ.')
    return password
  } finally {
    terminal.close()
  }
}
