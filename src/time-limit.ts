/** How long something may take, and what then. */
export interface TimeLimit {
  readonly ms: number
  /** What is thrown. */
  readonly error: () => unknown
  /** Gives up what is under way (default: it goes on, and nobody hears of it). */
  readonly giveUp?: () => void
}

/** What `work` gives, where that doesn't take longer. */
export async function within<Result>({ ms, error, giveUp }: TimeLimit, work: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    giveUp?.()
    reject(error())
  }, ms)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * What the app's own code gives, which may hold a request up for five seconds.
 *
 * @param name - What the code is, for the error that says it took longer.
 */
export async function runAppCode<Result>(name: string, run: () => Result | Promise<Result>): Promise<Result> {
  const error = (): Error => new Error(`${name} took longer than five seconds.`)
  return within({ ms: 5_000, error }, Promise.resolve(run()))
}
