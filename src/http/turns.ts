import { setTimeout as pause } from 'node:timers/promises'

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

const shortestMs = 500
const longestMs = 1_500
const mostHeld = 10_000
let held = 0

/**
 * Waits for about a second before a refusal that costs nothing to earn. A flood sends its next request when it has the
 * answer to the last one; refused at once, it would come back so fast that refusing alone kept the process busy.
 * Each wait is another, so that a flood doesn't come back all at once. Beyond ten thousand at a time nobody is held, so
 * that a flood can't fill the memory either.
 */
export async function holdBack(): Promise<void> {
  if (held >= mostHeld) return
  held += 1
  await pause(shortestMs + Math.random() * (longestMs - shortestMs))
  held -= 1
}

/** What waits, in turns by key: whoever has put in a thousand things waits for itself, and holds others up by one at a time. */
interface FairQueue<Item> {
  /**
   * Gives what there is no room for: this item, or the last one of the key with the most, where this key has fewer; `null`:
   * there was room.
   */
  push(key: string, item: Item): Item | null
  /** The longest waiting of the key whose turn it is; `undefined` when nothing waits. */
  shift(): Item | undefined
}

/** @param room - How many things may wait of each key, and of all of them. */
function createFairQueue<Item>(room: { readonly each: number; readonly all: number }): FairQueue<Item> {
  // In the order of their turns.
  const queues = new Map<string, Item[]>()
  let size = 0

  function longest(): Item[] {
    let most: Item[] = []
    for (const queue of queues.values()) if (queue.length > most.length) most = queue
    return most
  }

  return {
    push(key, item) {
      const queue = queues.get(key) ?? []
      if (queue.length >= room.each) return item
      let dropped: Item | null = null
      if (size >= room.all) {
        // Where each has one, it needn't be looked for.
        const most = queues.size === size ? queue : longest()
        if (most.length <= queue.length + 1) return item
        dropped = most.pop() ?? null
        size -= 1
      }
      if (queue.push(item) === 1) queues.set(key, queue)
      size += 1
      return dropped
    },

    shift() {
      const [turn] = queues
      if (turn === undefined) return undefined
      const [key, queue] = turn
      queues.delete(key)
      const item = queue.shift()
      if (queue.length > 0) queues.set(key, queue)
      size -= 1
      return item
    },
  }
}
