const limitMs = 5_000

/**
 * What the app's own code gives, which may hold a request up for five seconds.
 *
 * @param name - What the code is, for the error that says it took longer.
 */
export async function withinLimit<Result>(name: string, run: () => Result | Promise<Result>): Promise<Result> {
  const { promise: limit, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${name} took longer than five seconds.`)), limitMs)
  try {
    return await Promise.race([run(), limit])
  } finally {
    clearTimeout(timer)
  }
}
