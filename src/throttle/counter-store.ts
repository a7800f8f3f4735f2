/** What is counted of a key at one instant. */
export interface Tally {
  readonly count: number
  /** When its window ends, in milliseconds from now. */
  readonly resetMs: number
}

/** What came of counting one. */
export interface Counted extends Tally {
  /** `false` where the limit was reached already: then nothing was counted. */
  readonly counted: boolean
}

/**
 * Where tries and requests are counted: by key, in fixed windows. Keys are compared byte by byte; each is at most 255
 * characters long. Every method is atomic, however many processes share the store, and rejects only when the store
 * itself fails.
 */
export interface CounterStore {
  /**
   * Counts one for `key`, unless `limit` are counted in its window already. The first one begins a window of `timespan`
   * seconds; nothing moves its end.
   */
  count(key: string, limit: number, timespan: number): Promise<Counted>
  /** What is counted for `key`; `{ count: 0, resetMs: 0 }` when nothing is. Counts nothing. */
  peek(key: string): Promise<Tally>
  /** Takes one back, if any is counted. */
  takeBack(key: string): Promise<void>
  /** Forgets the key, and its window. */
  forget(key: string): Promise<void>
}
