import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { HttpContractApp, HttpContractSettings } from '../../src/testing/http-world.ts'
import { findFreePort } from './free-port.ts'

const root = join(import.meta.dirname, '../..')
const startLimitMs = 20_000

/**
 * A program and its arguments, which serve an example at `port`, or at the variable `PORT`. The program is of the project's
 * `node_modules`, or where a path says.
 */
export type ExampleCommand = (port: number) => readonly [program: string, ...programArguments: readonly string[]]

/** An example that Node runs. */
export function onNode(name: string): ExampleCommand {
  return () => ['node', '--import', `${import.meta.dirname}/example-hooks.ts`, `examples/${name}/server.ts`]
}

/** Runs an example from its folder (default: the project's), and waits until it answers. */
export async function startExample(
  command: ExampleCommand,
  settings: HttpContractSettings,
  folder: string = root,
): Promise<HttpContractApp> {
  const port = await findFreePort()
  const [program, ...programArguments] = command(port)
  const child = spawn(resolve(root, 'node_modules/.bin', program), programArguments, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environmentOf(settings), PORT: String(port), HOST: '127.0.0.1' },
  })
  const output: string[] = []
  child.stdout.on('data', (data) => output.push(String(data)))
  child.stderr.on('data', (data) => output.push(String(data)))

  const url = `http://127.0.0.1:${port}`
  try {
    await answers(url, child)
  } catch (error) {
    await end(child)
    throw new Error(`The example did not start: ${output.join('')}`, { cause: error })
  }
  return { url, close: () => end(child) }
}

/** The settings as `createAuth()` reads them. */
export function environmentOf({ store, origin, trustedProxies }: HttpContractSettings): Record<string, string> {
  return { DATABASE_URL: store, ORIGIN: origin, TRUSTED_PROXIES: trustedProxies.join(',') }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const giveUp = AbortSignal.timeout(startLimitMs)
  while (child.exitCode === null) {
    const response = await fetch(`${url}/login/`, { signal: giveUp }).catch(() => null)
    if (response?.ok === true) return
    giveUp.throwIfAborted()
    await pause(25)
  }
  throw new Error('It ended.')
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
