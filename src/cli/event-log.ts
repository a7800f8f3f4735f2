import { closeSync, openSync, writeSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { AuthEvent } from '../events.ts'
import { UsageError } from './exit-codes.ts'
import { printable } from './printable.ts'

/** A file that is told of each change, as a line of JSON. */
export interface EventLog {
  readonly write: (event: AuthEvent) => void
  /** @throws {Error} When something couldn't be written. It was done all the same. */
  close(): void
}

/**
 * Opens the file before anything is changed, so that nothing is done of which it can't be told.
 *
 * @throws {UsageError} When it can't be opened.
 */
export function openEventLog(path: string): EventLog {
  const file = openFile(path)
  const actor = `cli:${accountName()}`
  const faults: unknown[] = []

  return {
    write({ error: _error, ...event }) {
      try {
        writeSync(file, `${printable(JSON.stringify({ ...event, actor }))}\n`)
      } catch (error) {
        faults.push(error)
      }
    },

    close() {
      closeSync(file)
      if (faults.length > 0) throw new Error(`It was done, but ${path} couldn't be told.`, { cause: faults[0] })
    },
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'a', 0o600)
  } catch (cause) {
    throw new UsageError(`${path} can't be written, so nothing was done: name another file for events.`, { cause })
  }
}

function accountName(): string {
  try {
    return userInfo().username
  } catch {
    // In a container an account may have a number and no name.
    return String(process.getuid?.() ?? 'unknown')
  }
}
