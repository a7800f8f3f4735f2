import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** What a command left behind when it ended. */
export interface CliResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The command's file. */
export const main: string = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** Where util-linux has its `script`, which gives a command a terminal. */
export const hasScript: boolean = process.platform === 'linux' && existsSync('/usr/bin/script')

/** A new folder, deleted when the test is over. */
export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Runs `latchkey` in a folder, with `input` on its standard input and nothing in its environment but `env`. */
export async function runCli(
  cwd: string,
  args: readonly string[],
  { input = '', env = {} }: { input?: string | Uint8Array; env?: Record<string, string> } = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, [main, ...args], { cwd, env })
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout.setEncoding('utf8').toArray(),
    child.stderr.setEncoding('utf8').toArray(),
    once(child, 'close'),
  ])
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

/** Runs `latchkey` on a terminal. Each of `answers` is typed when the next question is shown. */
export async function runOnTerminal(
  cwd: string,
  args: readonly string[],
  answers: readonly string[],
): Promise<Omit<CliResult, 'stderr'>> {
  const command = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ')
  const child = spawn('/usr/bin/script', ['--quiet', '--return', '--command', command, '/dev/null'], { cwd, env: {} })
  const left = [...answers]
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    if (text.endsWith(': ')) child.stdin.write(left.shift() ?? '')
  })
  const [code] = await once(child, 'close')
  return { code, stdout }
}
