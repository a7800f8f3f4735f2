import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a server told at its start, and what it has used since. */
export interface ServerProcess {
  readonly port: number
  readonly cookie: string
  usage(): Promise<{ readonly cpuMicroseconds: number; readonly rssBytes: number }>
  stop(): Promise<void>
}

export async function startServer(name: string, environment: Record<string, string> = {}): Promise<ServerProcess> {
  const file = fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url))
  const child = fork(file, { env: { ...process.env, ...environment } })
  const started = (await nextMessage(child)) as { port: number; cookie: string }
  return {
    ...started,
    async usage() {
      child.send('usage')
      return (await nextMessage(child)) as { cpuMicroseconds: number; rssBytes: number }
    },
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const answered = new AbortController()
  const { signal } = answered
  try {
    const ended = once(child, 'exit', { signal }).then(() => Promise.reject(new Error('The server ended.')))
    ended.catch(() => undefined)
    const [message] = await Promise.race([once(child, 'message', { signal }), ended])
    return message
  } finally {
    answered.abort()
  }
}
