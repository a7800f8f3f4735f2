import { execFile } from 'node:child_process'
import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

let packing: Promise<string> | null = null

/** Copies an example out of the project, installs it there with the packed package, and builds it, if it is built. */
export async function installExample(name: string, environment: Record<string, string>): Promise<string> {
  packing ??= packLatchkey()
  const archive = await packing
  const folder = join(await mkdtemp(join(tmpdir(), 'latchkey-example-')), name)
  const env = { ...process.env, ...environment, NEXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1' }
  const npm = (...words: string[]): Promise<unknown> => run('npm', words, { cwd: folder, env })

  await cp(join(root, 'examples', name), folder, { recursive: true, filter: isSource })
  await npm('pkg', 'set', `dependencies.latchkey=file:${archive}`)
  await npm('install', '--no-audit', '--no-fund', '--loglevel=error')
  await npm('run', 'build', '--if-present')
  return folder
}

async function packLatchkey(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-package-'))
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root })
  return join(folder, stdout.trim().split('\n').at(-1) ?? '')
}

/** Not what was installed or built in place. */
function isSource(path: string): boolean {
  return !['node_modules', '.next', '.svelte-kit', '.astro', '.react-router', 'build', 'dist'].includes(basename(path))
}
