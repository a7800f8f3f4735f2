import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** A running demo. */
export interface Demo {
  readonly url: string
  /** Tells it to end; the exit code. */
  stop(): Promise<number | null>
}

/** The demo's file. */
export const demoServer: string = join(import.meta.dirname, '../../demo/server.ts')

/** The demo's environment: a free port, and a store in memory unless `variables` name another. */
export function demoSettings(variables: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, PORT: '0', DATABASE_URL: 'memory:', ...variables }
}

/** Starts the demo in a folder of its own. It ends with its test. */
export async function startDemo(variables: Record<string, string>): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-demo-'))
  const child = spawn(process.execPath, [demoServer], {
    cwd: folder,
    env: demoSettings(variables),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')

  async function stop(): Promise<number | null> {
    child.kill()
    const [code] = await exited
    return code
  }

  onTestFinished(async () => {
    await stop()
    rmSync(folder, { recursive: true })
  })
  for await (const line of createInterface(child.stdout)) {
    const url = /^latchkey demo on (\S+)$/.exec(line)?.[1]
    if (url !== undefined) return { url, stop }
  }
  throw new Error('The demo ended before it listened.')
}
