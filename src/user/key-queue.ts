/** Runs a task when those that were given before it with one of its keys have ended. */
export type KeyQueue = <Result>(keys: readonly string[], task: () => Promise<Result>) => Promise<Result>

/** Lets tasks that share a key run one after another, and all others at once. */
export function createKeyQueue(): KeyQueue {
  const last = new Map<string, Promise<unknown>>()

  return async function inTurn(keys, task) {
    const turn = Promise.allSettled(keys.map(async (key) => last.get(key))).then(task)
    for (const key of keys) last.set(key, turn)
    try {
      return await turn
    } finally {
      for (const key of keys) if (last.get(key) === turn) last.delete(key)
    }
  }
}
