const most = 1000

/**
 * Holds what a list gives at once to what a process and a database do without others noticing.
 *
 * @throws {RangeError} When it is no whole number from 1 to 1,000: fewer than were asked for would look like the last page.
 */
export function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return
  throw new RangeError(`limit takes a whole number from 1 to ${most}. Ask for the rest by "after".`)
}
