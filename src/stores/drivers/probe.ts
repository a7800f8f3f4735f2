// What every connection must carry unchanged, by which one that was set otherwise is told when it is opened.

/** A letter that small encodings have or take for another, and one that takes four bytes. */
export const probeText = 'š𝒶'

/** An instant, in milliseconds since 1970. */
export const probeMs = 1_764_460_000_123
