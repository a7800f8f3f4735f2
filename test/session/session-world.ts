import { hours } from '../../src/duration.ts'
import type { AuthEventType, Report } from '../../src/events.ts'
import { type Sessions, createSessions } from '../../src/session/sessions.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { type MovableClock, createMovableClock } from '../../src/testing/index.ts'
import { type PausedStore, type PausedStoreOptions, createPausedStore } from '../../src/testing/paused-store.ts'
import type { User, UserRecord } from '../../src/user/user-store.ts'

/** Sessions over a store in memory, with two users in it. */
export interface SessionWorld {
  readonly sessions: Sessions
  readonly store: PausedStore
  readonly clock: MovableClock
  readonly ann: User
  readonly bob: User
  /** What was reported, and of whom. */
  readonly events: [type: AuthEventType, userId: string | null | undefined][]
  /** Starts a session of ann's; its token. */
  readonly login: () => Promise<string>
}

export const sessionExpiry: number = hours(24)
export const maxSessionExpiry: number = hours(24 * 7)

export async function createSessionWorld(options: PausedStoreOptions = {}): Promise<SessionWorld> {
  const memory = memoryStore()
  const store = createPausedStore(memory, options)
  const clock = createMovableClock()
  const events: SessionWorld['events'] = []
  const report: Report = (type, details) => void events.push([type, details?.userId])
  const sessions = createSessions({ open: async () => store, clock, sessionExpiry, maxSessionExpiry, report })
  const ann = userNamed('ann')
  const bob = userNamed('bob')

  await memory.users.create(recordOf(ann))
  await memory.users.create(recordOf(bob))

  return {
    sessions,
    store,
    clock,
    ann,
    bob,
    events,
    login: async () => (await sessions.start(ann))?.token ?? '',
  }
}

export function userNamed(username: string): User {
  return {
    id: `id-of-${username}`,
    username,
    email: null,
    firstName: null,
    lastName: null,
    active: true,
    admin: false,
    superuser: false,
    lastLogin: null,
    createdAt: new Date(0),
    sessionGeneration: 0,
  }
}

function recordOf(user: User): UserRecord {
  return { user, usernameKey: user.username, emailKey: null, passwordHash: 'x' }
}
