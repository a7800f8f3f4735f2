import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../clock.ts'
import { ConfigError, UnavailableError } from '../../errors.ts'
import { fs } from '../../files.ts'
import { unusableTable } from '../sql/names.ts'
import { codeOf } from '../drivers/network-errors.ts'

// Primary result codes: https://www.sqlite.org/rescode.html
const SQLITE_ERROR = 1
const SQLITE_BUSY = 5
const SQLITE_READONLY = 8
const SQLITE_CANTOPEN = 14
const SQLITE_PROTOCOL = 15
const SQLITE_NOTADB = 26

const waitLimitMs = 2000
const longestPauseMs = 50

/** The primary result code of an error thrown by `node:sqlite`; `null` for any other error. */
function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  return error.errcode & 0xff
}

function isBusy(error: unknown): boolean {
  const code = resultCode(error)
  return code === SQLITE_BUSY || code === SQLITE_PROTOCOL
}

/**
 * Tries until no other connection is in the way, for up to two seconds. The event loop goes on between the tries.
 *
 * @param toError - What is thrown instead of the last try's error (default: that one).
 */
export async function retryWhileBusy<Result>(
  attempt: () => Result | Promise<Result>,
  toError: (error: unknown) => unknown = (error) => error,
): Promise<Result> {
  let giveUpAt: number | null = null
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      const result = attempt()
      // A session check comes by here, and has nothing to wait for.
      return result instanceof Promise ? await result : result
    } catch (error) {
      const nowMs = systemClock.monotonicMs()
      giveUpAt ??= nowMs + waitLimitMs
      if (!isBusy(error) || nowMs >= giveUpAt) throw toError(error)
    }
    await pause(pauseMs)
  }
}

/** What the caller of a store sees of an error in a statement. */
export function toStoreError(error: unknown): unknown {
  return resultCode(error) === null ? error : new UnavailableError({ cause: error })
}

// What Node says of a file that this process may not open.
const forbiddenCodes: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS'])

/** What the caller of a store sees of an error while the database at `file` was opened. */
export function toOpenError(error: unknown, file: string): unknown {
  if (forbiddenCodes.has(codeOf(error))) return forbidden(file, error)
  switch (resultCode(error)) {
    case SQLITE_NOTADB:
      return new ConfigError(`${file} is not an SQLite database. Name another file.`, { cause: error })
    case SQLITE_READONLY:
      return new ConfigError(`${file} can't be written. Let this process write the file and its folder.`, {
        cause: error,
      })
    case SQLITE_CANTOPEN:
      return wrongPath(file, error) ?? toStoreError(error)
    case SQLITE_ERROR:
      if (/no such (?:table|column)|foreign key mismatch/.test(String(error))) {
        return new ConfigError(unusableTable(error), { cause: error })
      }
      return new ConfigError(`${file} can't take latchkey's tables. Name another file.`, { cause: error })
    default:
      return toStoreError(error)
  }
}

function wrongPath(file: string, cause: unknown): ConfigError | null {
  const folder = dirname(file)
  if (!fs.existsSync(folder)) {
    return new ConfigError(`The folder ${folder} of the SQLite database does not exist. Create it first.`, { cause })
  }
  if (fs.existsSync(file) && fs.statSync(file).isDirectory()) {
    return new ConfigError(`${file} is a folder. Name a file for the SQLite database.`, { cause })
  }
  try {
    fs.accessSync(folder, fs.constants.W_OK)
    if (fs.existsSync(file)) fs.accessSync(file, fs.constants.R_OK | fs.constants.W_OK)
    return null
  } catch {
    return forbidden(file, cause)
  }
}

function forbidden(file: string, cause: unknown): ConfigError {
  return new ConfigError(
    `${file} can't be opened. Let this process write the file, its folder, and the -wal and -shm beside it.`,
    { cause },
  )
}
