/** Whose hash it is, by which it is queued. */
export interface HashShare {
  /** Known devices, and users who are logged in, wait in a line of their own. */
  readonly line: 'known' | 'open'
  /** Who asks: an account in the line of the known, the network of an address in the open one. */
  readonly key: string
  /** The account that is tried, in the open line (default: none). */
  readonly account?: string
}

/** What the app asks for by itself. */
export const shareOfApp: HashShare = { line: 'open', key: 'app' }

/** A job, and whose it is. */
export interface Shared {
  readonly share: HashShare
}
