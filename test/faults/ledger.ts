/** What a server answered. */
export interface Answer {
  /** 0: none came. */
  readonly status: number
  /** The session cookie that came with it, as it is sent back. */
  readonly cookie: string | null
  readonly headers: Headers
  readonly tookMs: number
}

/** What clients were told, to be held against what is. */
export interface Ledger {
  /** Notes an answer to a client that has done nothing wrong. */
  note(what: string, answer: Answer): void
  /** A login was acknowledged: this cookie is valid. */
  loggedIn(cookie: string): void
  /** Whether this cookie is valid isn't known from now on: a logout is on its way. */
  loggingOut(cookie: string): void
  /** A logout was acknowledged: this cookie is worth nothing any more. */
  loggedOut(cookie: string): void
  /** Holds what a session check says of a cookie against what was acknowledged. */
  compare(cookie: string, status: number): void
  /** Every cookie that was given out. */
  cookies(): readonly string[]
  figures(): LedgerFigures
}

interface LedgerFigures {
  readonly logins: number
  readonly logouts: number
  /** Cookies that were refused though their login was acknowledged and no logout asked for. */
  readonly lost: number
  /** Cookies that were accepted though their logout was acknowledged. */
  readonly undone: number
  /** How many answers were 503. */
  readonly unavailable: number
  /** How many requests got no answer. */
  readonly unanswered: number
  /** Answers that nobody may get: any but success and a 503 that says when to retry and leaves the cookies alone. */
  readonly wrong: readonly string[]
  /** The longest that a 503 took, in milliseconds. */
  readonly slowestRefusalMs: number
}

export function createLedger(): Ledger {
  const states = new Map<string, 'valid' | 'unknown' | 'ended'>()
  const lost = new Set<string>()
  const undone = new Set<string>()
  const wrong = new Set<string>()
  const counts = { logins: 0, logouts: 0, unavailable: 0, unanswered: 0, slowestRefusalMs: 0 }

  return {
    note(what, answer) {
      const { status, tookMs } = answer
      if (status === 0) counts.unanswered += 1
      if (status === 503) {
        counts.unavailable += 1
        counts.slowestRefusalMs = Math.max(counts.slowestRefusalMs, tookMs)
      }
      const fault = faultOf(answer)
      if (fault !== null) wrong.add(`${what}: ${fault}`)
    },
    loggedIn(cookie) {
      counts.logins += 1
      states.set(cookie, 'valid')
    },
    loggingOut: (cookie) => void states.set(cookie, 'unknown'),
    loggedOut(cookie) {
      counts.logouts += 1
      states.set(cookie, 'ended')
    },
    compare(cookie, status) {
      if (status === 401 && states.get(cookie) === 'valid') lost.add(cookie)
      if (status === 200 && states.get(cookie) === 'ended') undone.add(cookie)
    },
    cookies: () => [...states.keys()],
    figures: () => ({ ...counts, lost: lost.size, undone: undone.size, wrong: [...wrong] }),
  }
}

function faultOf({ status, headers }: Answer): string | null {
  if ([0, 200, 303].includes(status)) return null
  if (status !== 503) return `${status}`
  if (!headers.has('retry-after')) return '503 without Retry-After'
  return headers.getSetCookie().length > 0 ? '503 with Set-Cookie' : null
}
