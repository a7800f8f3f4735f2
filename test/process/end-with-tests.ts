const ends = new Set<() => void>()
process.on('exit', () => {
  for (const end of ends) end()
})

/**
 * Ends a program that a test started, at the latest with the process of the tests: a test that fails halfway, or before
 * it has begun, ends nothing itself.
 *
 * @returns Forgets it, once it has been ended.
 */
export function endWithTests(end: () => void): () => void {
  ends.add(end)
  return () => ends.delete(end)
}
