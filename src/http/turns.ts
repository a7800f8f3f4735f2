import { createFairQueue } from './fair-queue.ts'

const waiting = createFairQueue<() => void>({ each: 1_000, all: 10_000 })
let isServing = false

/**
 * Waits for a turn of the event loop: each serves one caller, and whatever else has come in between. So a burst of
 * requests to endpoints, each of which is dearer than a session check, holds a session check up by one of them rather
 * than by all. Turns go round by key, which is the client's address: whoever sends many waits for itself.
 *
 * @returns `false` at once, where too many wait.
 */
export function takeTurn(key: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (!waiting.push(key, () => resolve(true))) {
      resolve(false)
    } else if (!isServing) {
      isServing = true
      setImmediate(serveNext)
    }
  })
}

function serveNext(): void {
  const next = waiting.shift()
  isServing = next !== undefined
  if (next === undefined) return
  next()
  setImmediate(serveNext)
}
