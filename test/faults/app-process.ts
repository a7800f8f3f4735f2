import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HashPoolStats } from '../../src/password/hash-pool.ts'

/** What an app's process uses. */
export interface AppUsage {
  readonly rssBytes: number
  /** How late the event loop was, since the last time that it was asked. */
  readonly loopDelayMs: { readonly p99: number; readonly max: number }
  readonly hashPool: HashPoolStats
}

/** What it did to delete the sessions that had expired. */
export interface CleanUp {
  readonly deleted: number
  readonly batchesMs: readonly number[]
  readonly tookMs: number
}

/** What is done with the sessions of one user. */
export interface UserOrder {
  readonly verb: 'list' | 'endAll' | 'delete'
  readonly userId: string
  /** Where a list goes on, in milliseconds since 1970 (default: the beginning). */
  readonly afterMs?: number
}

/** How long that took; of a list, how many there were on its page. */
export interface UserOutcome {
  readonly tookMs: number
  readonly count: number
}

/** What an app is told; it replies with its usage, how it cleaned up, or what came of it. */
export type AppOrder = 'usage' | 'clean' | { readonly clockOffset: number } | UserOrder

/** An app in a process of its own. */
export interface AppProcess {
  readonly url: string
  readonly port: number
  pid(): number
  usage(): Promise<AppUsage>
  /** Sets its clock ahead by so many seconds, or behind. */
  setClock(offset: number): Promise<void>
  /** Deletes the sessions that have expired. */
  cleanUp(): Promise<CleanUp>
  /** Does something with a user's sessions. */
  obey(order: UserOrder): Promise<UserOutcome>
  /** Sends SIGTERM; gives its exit code. */
  terminate(): Promise<number | null>
  /** Kills it in the middle of whatever it does. */
  kill(): Promise<void>
  /** Starts it on the same port, after it was killed; gives how long that took, in milliseconds. */
  restart(): Promise<number>
  /** What it printed on standard error. */
  printed(): string
}

/** Starts one, by the environment given beside this process's own. */
export async function startApp(environment: Readonly<Record<string, string>>): Promise<AppProcess> {
  let child: ChildProcess
  let printed = ''

  async function start(port: number): Promise<number> {
    // Servers are started hundreds of times, from the same sources.
    const compiled = { NODE_COMPILE_CACHE: join(tmpdir(), 'compiled') }
    const env = { ...process.env, ...compiled, ...environment, PORT: String(port) }
    child = fork(join(import.meta.dirname, 'app-child.ts'), { env, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
    child.stderr?.on('data', (text) => {
      printed += text
    })
    const started = (await nextMessage(child, () => printed)) as { readonly port: number }
    return started.port
  }

  async function tell(order: AppOrder): Promise<unknown> {
    child.send(order)
    return nextMessage(child, () => printed)
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exit = once(child, 'exit')
    child.kill(signal)
    const [code] = (await exit) as [number | null]
    return code
  }

  const port = await start(0)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: () => child.pid ?? 0,
    usage: async () => (await tell('usage')) as AppUsage,
    setClock: async (clockOffset) => void (await tell({ clockOffset })),
    cleanUp: async () => (await tell('clean')) as CleanUp,
    obey: async (order) => (await tell(order)) as UserOutcome,
    terminate: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    async restart() {
      const startedAt = performance.now()
      await start(port)
      return performance.now() - startedAt
    },
    printed: () => printed,
  }
}

async function nextMessage(child: ChildProcess, printed: () => string): Promise<unknown> {
  const answered = new AbortController()
  const { signal } = answered
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error(`The app ended: ${printed()}`)
  })
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended])
    return message
  } finally {
    ended.catch(() => {})
    answered.abort()
  }
}
