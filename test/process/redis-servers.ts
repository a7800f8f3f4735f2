import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { endWithTests } from './end-with-tests.ts'
import { findFreePort } from './free-port.ts'

/** A Redis of a test's own, which it may kill. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Runs a command; gives the reply as text. */
  run(...command: string[]): string
  /** Kills it, as a crash would. */
  kill(): Promise<void>
  /** Starts it on the same port, from what it wrote to disk. */
  start(): Promise<void>
  /** Lets it take connections and answer nothing, until it goes on. */
  stall(): void
  goOn(): void
  /** Ends it, and removes its files. */
  stop(): Promise<void>
}

/** A Cluster of three primaries, each with a replica. */
export interface RedisCluster {
  readonly primaries: readonly RedisServer[]
  readonly replicas: readonly RedisServer[]
  /** Whether every node knows of every other, and every slot is served. */
  isComplete(): boolean
  /** Moves so many slots, and the keys in them, from one primary to another. */
  moveSlots(count: number): Promise<void>
  stop(): Promise<void>
}

/** Whether tests that start a Redis of their own are left out, and says so. Where `CI` is set they fail instead. */
export function isRedisServerMissing(tests: string): boolean {
  const isMissing = spawnSync('redis-server', ['--version']).error !== undefined && !process.env['CI']
  if (isMissing) console.warn(`Skipped, as there is no redis-server here: ${tests}`)
  return isMissing
}

/** Starts a server that writes each change to disk before it answers. */
export function startRedis(...settings: string[]): Promise<RedisServer> {
  return startRedisIn({}, ...settings)
}

/** The same, in an environment beside that of the tests. */
export async function startRedisIn(
  environment: Readonly<Record<string, string>>,
  ...settings: string[]
): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-redis-'))
  const port = await findFreePort()
  const log = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always', '--loglevel', 'warning']
  let child: ChildProcess

  function run(...command: string[]): string {
    return execFileSync('redis-cli', ['-p', String(port), ...command], { encoding: 'utf8' }).trim()
  }

  async function start(): Promise<void> {
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
    child = spawn('redis-server', [...place, ...log, ...settings], {
      stdio: 'ignore',
      env: { ...process.env, ...environment },
    })
    await waitUntil(
      () => spawnSync('redis-cli', ['-p', String(port), 'ping'], { encoding: 'utf8' }).stdout === 'PONG\n',
    )
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  const forget = endWithTests(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    run,
    kill,
    start,
    stall: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    async stop() {
      await kill()
      rmSync(folder, { recursive: true })
      forget()
    },
  }
}

export async function startRedisCluster(): Promise<RedisCluster> {
  const servers = await Promise.all(Array.from({ length: 6 }, startClusterNode))
  const addresses = servers.map(({ port }) => `127.0.0.1:${port}`)
  const options = ['--cluster-replicas', '1', '--cluster-yes']
  execFileSync('redis-cli', ['--cluster', 'create', ...addresses, ...options], { stdio: 'pipe' })
  const replicas = servers.filter(({ run }) => run('role').startsWith('slave'))

  const isComplete = (): boolean => servers.every(({ run }) => run('cluster', 'info').includes('cluster_state:ok'))
  await waitUntil(isComplete)
  await waitUntil(() => replicas.every(({ run }) => run('role').includes('connected')))
  const primaries = servers.filter((server) => !replicas.includes(server))
  const [from, to] = primaries.map(({ run }) => run('cluster', 'myid'))
  return {
    primaries,
    replicas,
    isComplete,
    async moveSlots(count) {
      const move = ['--cluster-from', String(from), '--cluster-to', String(to), '--cluster-slots', String(count)]
      const command = ['--cluster', 'reshard', ...addresses.slice(0, 1), ...move, '--cluster-yes']
      const child = spawn('redis-cli', command, { stdio: 'ignore' })
      const [code] = await once(child, 'exit')
      if (code !== 0) throw new Error('The slots did not move.')
    },
    async stop() {
      await Promise.all(servers.map(({ stop }) => stop()))
    },
  }
}

async function startClusterNode(): Promise<RedisServer> {
  const busPort = String(await findFreePort())
  return startRedis('--cluster-enabled', 'yes', '--cluster-port', busPort, '--cluster-node-timeout', '5000')
}

export async function waitUntil(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (isSo()) return
    await pause(50)
  }
  throw new Error('It has not come true within twenty seconds.')
}
