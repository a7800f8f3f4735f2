/** What waits, in turns by key: whoever has put in a thousand things waits for itself, and holds others up by one at a time. */
export interface FairQueue<Item> {
  /** `false` where there is no room for it. */
  push(key: string, item: Item): boolean
  /** The longest waiting of the key whose turn it is; `undefined` when nothing waits. */
  shift(): Item | undefined
}

/** @param room - How many things may wait of each key, and of all of them. */
export function createFairQueue<Item>(room: { readonly each: number; readonly all: number }): FairQueue<Item> {
  // In the order of their turns.
  const queues = new Map<string, Item[]>()
  let size = 0

  return {
    push(key, item) {
      const queue = queues.get(key) ?? []
      if (size >= room.all || queue.length >= room.each) return false
      if (queue.push(item) === 1) queues.set(key, queue)
      size += 1
      return true
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
