const waiting: (() => void)[] = []

/**
 * Waits for a turn of the event loop: each serves one caller, and whatever else has come in between. So a burst of
 * posts, each of which is dearer than a session check, holds a session check up by one post rather than by all of them.
 */
export function takeTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(serveNext)
  })
}

function serveNext(): void {
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(serveNext)
}
