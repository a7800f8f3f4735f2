import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Has all that the tests write to the system's folder for temporary files in one of their own, which goes with the run. */
export default function keepTogether(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-tests-'))
  // For all, as the system's is: databases run as users of their own, and write to it.
  chmodSync(folder, 0o1777)
  process.env['TMPDIR'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
