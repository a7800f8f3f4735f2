import type { Limiter, TakeBack } from './limiter.ts'

/** A key, and the limiter that counts it. */
export interface Counter {
  readonly limiter: Limiter
  readonly key: string
}

/**
 * Counts a failure everywhere, runs `check`, and takes the failure back unless it was one. Counted before the check, so
 * that tries in parallel can't pass a limit together.
 *
 * @throws {TooManyTriesError} When one of the limits is reached; `check` isn't run then, and nothing is counted.
 */
export async function countFailure<Outcome extends { readonly ok: boolean }>(
  counters: readonly Counter[],
  check: () => Promise<Outcome>,
): Promise<Outcome> {
  const counted: TakeBack[] = []
  let failed = false
  try {
    for (const { limiter, key } of counters) counted.push(await limiter.count(key))
    const outcome = await check()
    failed = !outcome.ok
    return outcome
  } finally {
    if (!failed) for (const takeBack of counted) await takeBack()
  }
}
