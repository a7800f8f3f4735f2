import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { findFreePort } from './free-port.ts'
import { openRaw } from './raw-client.ts'

/** A running PgBouncer, in transaction mode. */
export interface PgBouncer {
  /** The URL of the database as it is reached through here. */
  readonly url: string
  stop(): Promise<void>
}

function findPgBouncer(): string | undefined {
  // Debian has it where only root's PATH leads.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, 'pgbouncer')).find((path) => existsSync(path))
}

/** Whether tests that need PgBouncer are left out, and says so. Where `CI` is set they fail instead. */
export function isPgBouncerMissing(): boolean {
  const isMissing = findPgBouncer() === undefined && !process.env['CI']
  if (isMissing) console.log('Skipped: there is no pgbouncer here.')
  return isMissing
}

/** Starts PgBouncer before a database. Its clients share two connections. */
export async function startPgBouncer(databaseUrl: string): Promise<PgBouncer> {
  const program = findPgBouncer()
  if (program === undefined) throw new Error('These tests need PgBouncer: apt-get install pgbouncer.')
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-pgbouncer-'))
  const port = await findFreePort()
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(file, configuration(new URL(databaseUrl), port))
  // It refuses to run as root, and takes another user's rights instead.
  chmodSync(folder, 0o755)
  const child = spawn(program, [...(process.getuid?.() === 0 ? ['-u', 'postgres'] : []), '--quiet', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit')
  await waitFor(port, child)

  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    async stop() {
      child.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}

function configuration({ hostname, port, username, password, pathname }: URL, ownPort: number): string {
  const name = pathname.slice(1)
  const login = `user=${username}${password === '' ? '' : ` password=${password}`}`
  return `
    [databases]
    ${name} = host=${hostname} port=${port || 5432} dbname=${name} ${login}
    [pgbouncer]
    listen_addr = 127.0.0.1
    listen_port = ${ownPort}
    unix_socket_dir =
    auth_type = any
    pool_mode = transaction
    default_pool_size = 2
    max_client_conn = 200`.replaceAll(/^ +/gm, '')
}

async function waitFor(port: number, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error('PgBouncer ended at its start: see above.')
  try {
    const { socket } = await openRaw(port)
    socket.destroy()
  } catch {
    await pause(20)
    await waitFor(port, child)
  }
}
