import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openRaw } from './raw-client.ts'

/** A running nginx. */
export interface Nginx {
  /** What its certificate is checked against. */
  readonly certificate: string
  stop(): Promise<void>
}

/** Makes `server` blocks from where the certificate and its key are. */
export type ServerBlocks = (files: { readonly certificate: string; readonly key: string }) => string

function findNginx(): string | null {
  // Only there does every address of 127.0.0.0/8 answer: the tests' clients have one each.
  if (process.platform !== 'linux') return null
  // Debian has it where only root's PATH leads.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, 'nginx')).find(isExecutable) ?? null
}

/** Whether tests that need nginx are left out, and says so. Where `CI` is set they fail instead. */
export function isNginxMissing(tests: string): boolean {
  const isMissing = findNginx() === null && !process.env['CI']
  if (isMissing) console.warn(`Skipped, as there is no nginx here: ${tests}`)
  return isMissing
}

/** Starts nginx in the foreground, in a folder of its own. `ports` are those that its `server` blocks listen on. */
export async function startNginx(ports: readonly number[], serverBlocks: ServerBlocks): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-nginx-'))
  const files = createCertificate(folder)
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, serverBlocks(files)))

  const program = findNginx()
  if (program === null) throw new Error('The proxy tests need nginx on Linux: apt-get install nginx.')
  const child = spawn(program, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' })
  const exited = once(child, 'exit')
  await Promise.all(ports.map((port) => waitFor(port, child)))

  return {
    certificate: readFileSync(files.certificate, 'utf8'),
    async stop() {
      child.kill()
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}

function configuration(folder: string, servers: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
    daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    error_log stderr error;
    events {}
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}
      ${servers}
    }`
}

function createCertificate(folder: string): { certificate: string; key: string } {
  const certificate = join(folder, 'certificate.pem')
  const key = join(folder, 'key.pem')
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '1']
  const name = ['-subj', '/CN=app.example', '-addext', 'subjectAltName=DNS:app.example']
  execFileSync('openssl', ['req', '-x509', ...kind, ...name, '-keyout', key, '-out', certificate], { stdio: 'pipe' })
  return { certificate, key }
}

async function waitFor(port: number, nginx: ChildProcess): Promise<void> {
  if (nginx.exitCode !== null) throw new Error('nginx ended at its start: see above.')
  try {
    const { socket } = await openRaw(port)
    socket.destroy()
  } catch {
    await pause(20)
    await waitFor(port, nginx)
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
