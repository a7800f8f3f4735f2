import { runInNewContext } from 'node:vm'
import { setFlagsFromString } from 'node:v8'

/** How many requests are sent in all. */
export const requests: number = Number(process.env['FUZZ_REQUESTS'] ?? 50_000)

/** What all requests follow from. Another in every run, unless it is given. */
export const seed: number = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)

/** How much more the heap may hold at the end than after the first tenth: a leak of a kilobyte a request is more. */
export const heapLimitBytes: number = 24 * 2 ** 20

/** Runs an act; what it throws says how to run it again. */
export async function orSayHow<Outcome>(act: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await act()
  } catch (error) {
    const again = `FUZZ_SEED=${seed} FUZZ_REQUESTS=${requests} npm run test:fuzz`
    throw new Error(`Run it again by: ${again}\n${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

/** How much the heap holds, without what is garbage. */
export function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

/** Each status and how often it came: `200 x 31, 404 x 2`. */
export function summaryOf(statuses: readonly number[]): string {
  const counts = Object.groupBy(statuses, String)
  return Object.entries(counts)
    .map(([status, each = []]) => `${each.length} x ${status}`)
    .join(', ')
}
