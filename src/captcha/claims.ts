/** Takes a one-time thing; `true` for exactly one caller, until it is forgotten. */
export type Claim = (id: string) => boolean

/**
 * Claims in memory, which it bounds.
 *
 * @param expiry - How long something can be claimed, in seconds: it is remembered for at least that long.
 * @param capacity - How many are remembered for sure; beyond twice as many the oldest are forgotten.
 */
export function createClaims(expiry: number, capacity = 100_000): Claim {
  let current = new Set<string>()
  let previous = new Set<string>()
  let since = performance.now()

  // Two sets that take turns: what is dropped has been there for a whole expiry, and nothing is searched.
  function turn(): void {
    const now = performance.now()
    if (now - since < expiry * 1000 && current.size < capacity) return
    previous = current
    current = new Set()
    since = now
  }

  return (id) => {
    turn()
    if (current.has(id) || previous.has(id)) return false
    current.add(id)
    return true
  }
}
