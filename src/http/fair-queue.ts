/** What waits, in turns by key: whoever has put in a thousand things waits for itself, and holds others up by one at a time. */
export interface FairQueue<Item> {
  /**
   * Gives what there is no room for: this item, or the last one of the key with the most, where this key has fewer; `null`:
   * there was room.
   */
  push(key: string, item: Item): Item | null
  /** The longest waiting of the key whose turn it is; `undefined` when nothing waits. */
  shift(): Item | undefined
}

/** @param room - How many things may wait of each key, and of all of them. */
export function createFairQueue<Item>(room: { readonly each: number; readonly all: number }): FairQueue<Item> {
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
