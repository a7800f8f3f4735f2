import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** Where Chromium is: `CHROMIUM_PATH`, or a usual name on the `PATH`; `null` when there is none. */
function findChromium(): string | null {
  const chosen = process.env['CHROMIUM_PATH']
  if (chosen !== undefined && chosen !== '') return chosen
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable) ?? null
}

/** Starts Chromium, with nothing that would call home. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) {
    throw new Error('The browser tests need Chromium: apt-get install chromium, or set CHROMIUM_PATH.')
  }
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** Whether tests that need Chromium are left out, and says so. Where `CI` is set they fail instead. */
export function isChromiumMissing(tests: string): boolean {
  const isMissing = findChromium() === null && !process.env['CI']
  if (isMissing) console.warn(`Skipped, as there is no Chromium here: ${tests}`)
  return isMissing
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
