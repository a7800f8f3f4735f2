import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Contender } from './contenders.ts'
import type { DatabaseEnvironment } from './databases.ts'

interface Usage {
  readonly cpuMicroseconds: number
  /** Of the thread that serves, which is in it. */
  readonly mainThreadMicroseconds: number
  readonly rssBytes: number
}

/** A contender that runs in a process of its own. */
export interface ServerProcess {
  readonly name: string
  readonly port: number
  /** What it has used since its start: itself alone, without its database. */
  usage(): Promise<Usage>
  pause(): void
  resume(): void
  stop(): Promise<void>
}

export async function startServer(contender: Contender, environment: DatabaseEnvironment): Promise<ServerProcess> {
  const setting = contender.setting === undefined ? {} : { BENCH_SETTING: contender.setting }
  const build = contender.build === undefined ? {} : { BENCH_BUILD: contender.build }
  const resolver = new URL('servers/resolve-build.js', import.meta.url).href
  const child = fork(fileURLToPath(new URL(`${contender.file}.js`, import.meta.url)), {
    env: { ...process.env, ...environment, ...setting, ...build },
    execArgv: contender.build === undefined ? [] : ['--import', resolver],
  })
  const { port } = (await nextMessage(child, contender.name)) as { port: number }
  return {
    name: contender.name,
    port,
    async usage() {
      const answer = nextMessage(child, contender.name)
      child.send('usage')
      return (await answer) as Usage
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGCONT')
      child.disconnect()
      await exit
    },
  }
}

async function nextMessage(child: ChildProcess, name: string): Promise<unknown> {
  const answered = new AbortController()
  const { signal } = answered
  try {
    const ended = once(child, 'exit', { signal }).then(() => Promise.reject(new Error(`The server ${name} ended.`)))
    ended.catch(() => undefined)
    const [message] = await Promise.race([once(child, 'message', { signal }), ended])
    return message
  } finally {
    answered.abort()
  }
}
