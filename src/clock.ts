/** Where latchkey reads the time. Tests pass one that they can move. */
export interface Clock {
  /** The time of day. Expiry of sessions is judged by it. */
  now(): Date
  /** Milliseconds since some fixed point; never goes back. Waiting times are measured by it. */
  monotonicMs(): number
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}
