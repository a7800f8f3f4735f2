/** Seconds in `count` minutes. */
export function minutes(count: number): number {
  return count * 60
}

/** Seconds in `count` hours. */
export function hours(count: number): number {
  return minutes(count * 60)
}

/** Seconds in `count` days of 24 hours. */
export function days(count: number): number {
  return hours(count * 24)
}
