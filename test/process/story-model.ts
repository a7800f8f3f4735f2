import { maxSessionExpiry, sessionExpiry } from './story-actor.ts'

interface ModelSession {
  readonly token: string
  readonly username: string
  readonly expiresAt: number
  readonly maxExpiresAt: number
}

/** What is promised of users and sessions, as if there were one process and no database. Times are in seconds. */
export interface Model {
  now: number
  readonly passwords: Map<string, string>
  start(username: string, token: string): void
  countLive(username: string): number
  /** The live session of a token, extended where that is due. */
  visit(token: string): ModelSession | null
  end(isEnded: (session: ModelSession) => boolean): void
}

export function createModel(): Model {
  let sessions: ModelSession[] = []
  const isLive = ({ expiresAt }: ModelSession): boolean => model.now < expiresAt
  const model: Model = {
    now: 0,
    passwords: new Map(),
    start(username, token) {
      const { now } = model
      sessions.push({ token, username, expiresAt: now + sessionExpiry, maxExpiresAt: now + maxSessionExpiry })
    },
    countLive: (username) => sessions.filter((session) => session.username === username && isLive(session)).length,
    visit(token) {
      const found = sessions.find((session) => session.token === token && isLive(session))
      if (found === undefined) return null
      const reachable = Math.min(model.now + sessionExpiry, found.maxExpiresAt)
      const visited = { ...found, expiresAt: reachable - found.expiresAt < 60 ? found.expiresAt : reachable }
      sessions[sessions.indexOf(found)] = visited
      return visited
    },
    end(isEnded) {
      sessions = sessions.filter((session) => !isEnded(session))
    },
  }
  return model
}
