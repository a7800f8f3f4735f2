import { createFairQueue } from './fair-queue.ts'

/** Turns of the event loop, each of which serves one of those that wait, and whatever else has come in between. */
export interface Turns {
  /** Runs `serve` when its turn comes: turns go round by key. `false` where too many wait. */
  take(key: string, serve: () => void): boolean
}

/**
 * @param room - How many may wait of each key, and of all of them.
 * @param atOnce - How many are served in one turn (default: 1).
 */
export function createTurns(room: { readonly each: number; readonly all: number }, atOnce = 1): Turns {
  const waiting = createFairQueue<() => void>(room)
  let serving = 0

  function serveNext(): void {
    const serve = waiting.shift()
    if (serve === undefined) {
      serving -= 1
      return
    }
    setImmediate(serveNext)
    serve()
  }

  return {
    take(key, serve) {
      if (!waiting.push(key, serve)) return false
      if (serving < atOnce) {
        serving += 1
        setImmediate(serveNext)
      }
      return true
    },
  }
}

const endpointTurns = createTurns({ each: 1_000, all: 10_000 })

/**
 * Waits for a turn. So a burst of requests to endpoints, each of which is dearer than a session check, holds a session check
 * up by one of them rather than by all. The key is the client's address: whoever sends many waits for itself.
 *
 * @returns `false` at once, where too many wait.
 */
export function takeTurn(key: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (!endpointTurns.take(key, () => resolve(true))) resolve(false)
  })
}
