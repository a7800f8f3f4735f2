import { constants } from 'node:os'
import { systemClock } from '../clock.ts'

const signals = ['SIGTERM', 'SIGINT'] as const
const echoMs = 500

/**
 * Calls `close` at the first SIGTERM or SIGINT; the process then ends by itself. A second signal ends it at once.
 *
 * @returns Leaves the signals alone again.
 */
export function closeOnSignal(close: () => Promise<void>): () => void {
  let firstAt: number | null = null

  function onSignal(signal: (typeof signals)[number]): void {
    if (firstAt === null) {
      firstAt = systemClock.monotonicMs()
      close().catch(fail)
      // Ctrl+C reaches a server under `npm start` twice: from the terminal and from npm.
    } else if (systemClock.monotonicMs() - firstAt > echoMs) {
      process.exit(128 + constants.signals[signal])
    }
  }

  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

function fail(error: unknown): void {
  console.error(error)
  process.exitCode = 1
}
