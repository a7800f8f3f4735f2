/** A line in which the lowest rank comes first; of equal ranks, whoever came first. It holds so many, and no more. */
export interface FairLine<Item> {
  readonly length: number
  /** Whether an item of this rank would get a place. */
  hasRoom(rank: number): boolean
  /** Puts the item in its place. Gives the item that has to go where the line was full: one of a higher rank, or this one. */
  join(item: Item, rank: number): Item | null
  /** Takes out the first. */
  shift(): Item | undefined
  /** Takes out all that `isOver` names. */
  remove(isOver: (item: Item) => boolean): Item[]
}

export function createFairLine<Item>(limit: number): FairLine<Item> {
  let places: { readonly item: Item; readonly rank: number }[] = []

  return {
    get length() {
      return places.length
    },
    hasRoom: (rank) => places.length < limit || (places.at(-1)?.rank ?? rank) > rank,
    join(item, rank) {
      const behind = places.findIndex((place) => place.rank > rank)
      places.splice(behind === -1 ? places.length : behind, 0, { item, rank })
      return places.length > limit ? (places.pop()?.item ?? null) : null
    },
    shift: () => places.shift()?.item,
    remove(isOver) {
      const over = places.filter(({ item }) => isOver(item))
      if (over.length > 0) places = places.filter(({ item }) => !isOver(item))
      return over.map(({ item }) => item)
    },
  }
}
