import { hash } from 'node:crypto'
import { type Cleaner, createCleaner } from '../../src/cleaner.ts'
import { hours } from '../../src/duration.ts'
import { InvalidFormError } from '../../src/errors.ts'
import { type Sessions, createSessions } from '../../src/session/sessions.ts'
import type { Store } from '../../src/stores/store.ts'
import type { HashPool } from '../../src/password/hash-pool.ts'
import { type Users, createUsers } from '../../src/user/users.ts'

/** What an actor is asked to do, and at what time, in seconds since the story began. What a verb has no use for is empty. */
export interface Deed {
  readonly now: number
  readonly verb:
    | 'register'
    | 'logIn'
    | 'visit'
    | 'list'
    | 'logOut'
    | 'endOthers'
    | 'endAll'
    | 'changePassword'
    | 'clean'
  readonly username: string
  readonly token: string
  readonly password: string
  readonly newPassword: string
}

/** What came of it: a token, a name, a number, or whether it was done. */
export type Outcome = string | number | boolean | null

/** One process that serves users; over a store that it shares with others, or has for itself. */
export type Actor = (deed: Deed) => Promise<Outcome>

export const sessionExpiry: number = hours(24)
export const maxSessionExpiry: number = hours(25)

/** Stands in for argon2, whose cost would leave time for a few stories alone. */
const cheapHashes: HashPool = {
  check: async (password, stored) => ({ matches: stored?.split(' ')[1] === digest(password), upgraded: null }),
  hash: async (password) => `${crypto.randomUUID()} ${digest(password)}`,
  hasRoom: () => true,
  stats: () => ({ running: 0, queued: 0, peakRunning: 0, hashes: 0 }),
  close: async () => {},
}

export function createActor(open: () => Promise<Store>): Actor {
  let now = 0
  const clock = { now: () => new Date(Date.UTC(2030) + now * 1000), monotonicMs: () => now * 1000 }
  const report = (): void => undefined
  const users = createUsers({ openUsers: async () => (await open()).users, hashPool: cheapHashes, clock })
  const sessions = createSessions({ open, clock, sessionExpiry, maxSessionExpiry, report })
  const cleaner = createCleaner({ open, clock, onError: report })
  const verbs = createVerbs(users, sessions, cleaner)

  return (deed) => {
    now = deed.now
    return verbs[deed.verb](deed)
  }
}

function createVerbs(
  users: Users,
  sessions: Sessions,
  cleaner: Cleaner,
): Record<Deed['verb'], (deed: Deed) => Promise<Outcome>> {
  return {
    register: ({ username, password }) => users.create({ username, password }).then(() => true, refuseTaken),
    async logIn({ username, password }) {
      const check = await users.checkLogin(username, password)
      return check.ok ? ((await sessions.start(check.user))?.token ?? null) : null
    },
    visit: async ({ token }) => (await sessions.find(token))?.user.username ?? null,
    async list({ username }) {
      const user = await users.findByIdentifier(username)
      return user === null ? 0 : (await sessions.list(user.id)).length
    },
    logOut: ({ token }) => sessions.end(token).then(() => null),
    async endOthers({ token }) {
      const found = await sessions.find(token)
      if (found === null) return false
      const others = (await sessions.list(found.user.id)).filter(({ id }) => id !== found.session.id)
      for (const { id } of others) await sessions.endById(found.user.id, id)
      return true
    },
    async endAll({ username }) {
      const user = await users.findByIdentifier(username)
      return user !== null && sessions.endAll(user.id)
    },
    async changePassword({ token, password, newPassword }) {
      const found = await sessions.find(token)
      return found !== null && (await users.changePassword(found.user, password, newPassword)).ok
    },
    clean: () => cleaner.deleteExpired(3).then(() => null),
  }
}

function refuseTaken(error: unknown): boolean {
  if (error instanceof InvalidFormError) return false
  throw error
}

function digest(password: string): string {
  return hash('sha256', password)
}
