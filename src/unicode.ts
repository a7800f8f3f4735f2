/** Makes texts equal that differ in case or in compatible characters only: NFKC and Unicode's full case mappings. */
export function foldCase(text: string): string {
  // Lower case comes first for `ẞ` alone, which is its own upper case.
  return text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}

/** How many combining marks in a row a text has at most, by Unicode's Stream-Safe Text Format (UAX #15, section 13). */
const mostMarks = 30

// The half-width voiced sound marks are letters, and become combining marks in NFKC.
const runs = /[\p{M}\uff9e\uff9f]+/gu

/**
 * Whether more than `most` combining marks, in units of UTF-16, follow each other. Normalizing sorts such a run, which takes
 * time that grows with its square: this is to be asked first of whatever a client sent.
 */
export function hasTooManyMarks(text: string, most: number = mostMarks): boolean {
  return text.length > most && (text.match(runs) ?? []).some((run) => run.length > most)
}
