import { setTimeout as pause } from 'node:timers/promises'

const shortestMs = 500
const longestMs = 1_500
const capacity = 10_000
let held = 0

/**
 * Waits for about a second before a refusal that costs nothing to earn. A flood sends its next request when it has the
 * answer to the last one; refused at once, it would come back so fast that refusing alone kept the process busy.
 * Each wait is another, so that a flood doesn't come back all at once. Beyond ten thousand at a time nobody is held, so
 * that a flood can't fill the memory either.
 */
export async function holdBack(): Promise<void> {
  if (held >= capacity) return
  held += 1
  await pause(shortestMs + Math.random() * (longestMs - shortestMs))
  held -= 1
}
