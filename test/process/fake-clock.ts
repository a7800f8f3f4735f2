import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { endWithTests } from './end-with-tests.ts'

/** The clock of other programs, which a test sets. */
export interface FakeClock {
  /** Starts a program with this clock. */
  readonly environment: Readonly<Record<string, string>>
  /** Sets it ahead of the real one by so many seconds, or behind. */
  set(offset: number): void
  remove(): void
}

/** Whether tests that set the clock of a program are left out, and says so. Where `CI` is set they fail instead. */
export function isFaketimeMissing(): boolean {
  const isMissing = findLibrary() === undefined && !process.env['CI']
  if (isMissing) console.log('Skipped, as there is no libfaketime here: clocks of databases')
  return isMissing
}

/** By libfaketime. What measures durations goes on as it was, as it does when a real clock is set. */
export function createFakeClock(): FakeClock {
  const library = findLibrary()
  if (library === undefined) throw new Error('There is no libfaketime here.')
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-clock-'))
  // Databases run as users of their own.
  chmodSync(folder, 0o755)
  const file = join(folder, 'offset')
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  const forget = endWithTests(remove)

  function set(offset: number): void {
    // A program never finds half of it.
    writeFileSync(`${file}-new`, `${offset < 0 ? '' : '+'}${offset}\n`)
    renameSync(`${file}-new`, file)
  }

  set(0)
  return {
    environment: {
      LD_PRELOAD: [library, findPlainMemory(library)].join(' '),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
    remove() {
      remove()
      forget()
    },
  }
}

/** Redis's own allocator asks for the time before libfaketime has memory to tell it; that of the C library doesn't. */
function findPlainMemory(library: string): string {
  const path = join(dirname(library), '../libc_malloc_debug.so.0')
  return existsSync(path) ? path : ''
}

/** The one for programs of several threads, where Debian's package `faketime` puts it. */
function findLibrary(): string | undefined {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((each) => `/usr/lib/${each}/faketime`) : []
  return folders.map((folder) => join(folder, 'libfaketimeMT.so.1')).find((path) => existsSync(path))
}
