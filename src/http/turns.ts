import { createFairQueue } from './fair-queue.ts'

/** Turns of the event loop, each of which serves one of those that wait, and whatever else has come in between. */
export interface Turns {
  /** Runs `serve` when its turn comes: turns go round by key. Runs `refuse` where too many wait, and this key has most. */
  take(key: string, serve: () => void, refuse: () => void): void
}

interface Waiting {
  readonly serve: () => void
  readonly refuse: () => void
}

/**
 * @param room - How many may wait of each key, and of all of them.
 * @param atOnce - How many are served in one turn (default: 1).
 */
export function createTurns(room: { readonly each: number; readonly all: number }, atOnce = 1): Turns {
  const waiting = createFairQueue<Waiting>(room)
  let serving = 0

  function serveNext(): void {
    const next = waiting.shift()
    if (next === undefined) {
      serving -= 1
      return
    }
    setImmediate(serveNext)
    next.serve()
  }

  return {
    take(key, serve, refuse) {
      waiting.push(key, { serve, refuse })?.refuse()
      if (serving >= atOnce) return
      serving += 1
      setImmediate(serveNext)
    },
  }
}

const endpointTurns = createTurns({ each: 1_000, all: 10_000 })

/**
 * Waits for a turn. So a burst of requests to endpoints, each of which is dearer than a session check, holds a session check
 * up by one of them rather than by all. The key is the client's address: whoever sends many waits for itself.
 *
 * @returns `false` where too many wait, and most of them of this key.
 */
export function takeTurn(key: string): Promise<boolean> {
  return new Promise((resolve) => {
    endpointTurns.take(
      key,
      () => resolve(true),
      () => resolve(false),
    )
  })
}
