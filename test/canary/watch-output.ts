import childProcess, { type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { inspect } from 'node:util'
import { search } from './sightings.ts'
import { looking, watchCalls } from './watch-calls.ts'

const program = 'the output of a program'

/** Searches what is printed, here and by the programs that are started here. */
export function watchOutput(): void {
  const before = ([text]: readonly unknown[]): void => search('the output', textOf(text))
  watchCalls(process.stdout, 'write', { before })
  watchCalls(process.stderr, 'write', { before })
  watchConsole()
  watchPrograms()
}

/** Searches before the console itself, so that a test which keeps it quiet is no hiding place. */
function watchConsole(): void {
  const before = (args: readonly unknown[]): void => search('the console', args.map(textOf).join(' '))
  globalThis.console = new Proxy(globalThis.console, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver)
      return typeof value === 'function' ? looking(value as (...args: unknown[]) => unknown, { before }) : value
    },
  })
}

/** Searches what programs print, whatever language they are in. */
function watchPrograms(): void {
  watchCalls(childProcess.ChildProcess.prototype, 'spawn', {
    after(_result, _args, self) {
      const { stdout, stderr } = self as ChildProcess
      if (stdout !== null) watchStream(stdout)
      if (stderr !== null) watchStream(stderr)
    },
  })
  const after = (result: unknown): void => search(program, textOf(result))
  watchCalls(childProcess, 'execFileSync', { after })
  watchCalls(childProcess, 'execSync', { after })
  watchCalls(childProcess, 'spawnSync', { after: (result) => after(Object(result).stdout + Object(result).stderr) })
}

/** Not as a listener: that would set the stream flowing before the test listens. */
function watchStream(stream: Readable): void {
  const before = ([chunk]: readonly unknown[]): void => search(program, textOf(chunk))
  Reflect.set(stream, 'push', looking(stream.push, { before }))
}

/** A value as a log would show it, with all that is in it. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  return inspect(value, { depth: 10, showHidden: true, maxStringLength: null })
}
