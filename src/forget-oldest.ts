/**
 * Gives what forgets a map's oldest key, again and again. A map's first key is dear to find where many before it were deleted,
 * so one walk goes on over all times. Whoever adds a key again has to delete it first.
 */
export function createForgetOldest<Key>(map: Map<Key, unknown>): () => void {
  let keys = map.keys()

  return function forgetOldest() {
    let oldest = keys.next()
    if (oldest.done === true) {
      keys = map.keys()
      oldest = keys.next()
    }
    if (oldest.done !== true) map.delete(oldest.value)
  }
}
