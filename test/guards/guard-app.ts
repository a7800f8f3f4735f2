import { Hono } from 'hono'
import { sessionAuth } from '../../src/adapters/hono.ts'
import {
  type Auth,
  type AuthEvent,
  type AuthOptions,
  type ProtectOptions,
  type User,
  createAuth,
  createGuard,
  getUser,
  protect,
} from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { type MovableClock, createMovableClock, loginAs } from '../../src/testing/index.ts'
import { type PausedStore, createPausedStore } from '../../src/testing/paused-store.ts'
import { expressApp, fastifyApp, koaApp, nodeApp } from './server-guards.ts'

/** An `Auth` over a store in memory with one user of each kind. */
export interface GuardWorld {
  readonly auth: Auth
  readonly store: PausedStore
  readonly clock: MovableClock
  readonly events: AuthEvent[]
  /** Starts a session of the user of this name; the value of a `Cookie` header. */
  readonly cookieOf: (username: Username) => Promise<string>
}

type Username = 'ann' | 'admin' | 'root' | 'inactive'

/** A request to an app that one guard stands in front of. */
export type GuardedFetch = (path: string, init?: RequestInit) => Promise<Response>

export const browser: Record<string, string> = { accept: 'text/html,*/*;q=0.8' }

const users: readonly User[] = [
  userNamed('ann'),
  userNamed('admin', { admin: true }),
  userNamed('root', { superuser: true }),
  userNamed('inactive', { active: false }),
]

export async function createGuardWorld(options: AuthOptions = {}): Promise<GuardWorld> {
  const store = createPausedStore(memoryStore())
  const clock = createMovableClock()
  const events: AuthEvent[] = []
  const auth = createAuth({ store, clock, limits: null, onEvent: (event) => void events.push(event), ...options })
  for (const user of users) {
    await store.users.create({ user, usernameKey: user.username, emailKey: null, passwordHash: 'x' })
  }

  return {
    auth,
    store,
    clock,
    events,
    async cookieOf(username) {
      const { headers } = await loginAs(auth, userNamed(username))
      return headers.cookie
    },
  }
}

/** Every guard, by its export, around an app that tells its user's name. */
export const guards: readonly (readonly [name: string, guard: (options: ProtectOptions) => GuardedFetch])[] = [
  ['latchkey protect', protectedApp],
  ['latchkey createGuard', createdGuardApp],
  ['latchkey/adapters/hono sessionAuth', honoApp],
  ['latchkey/adapters/express sessionAuth', expressApp],
  ['latchkey/adapters/fastify sessionAuth', fastifyApp],
  ['latchkey/adapters/koa sessionAuth', koaApp],
  ['latchkey/adapters/node createNodeGuard', nodeApp],
]

function protectedApp(options: ProtectOptions): GuardedFetch {
  const handler = protect((request) => Response.json({ user: getUser(request)?.username ?? null }), options)
  return async (path, init) => {
    const incoming = { url: path, socket: { remoteAddress: '127.0.0.1' } }
    return handler(new Request(`http://app.example${path}`, init), { incoming })
  }
}

function createdGuardApp(options: ProtectOptions): GuardedFetch {
  const guard = createGuard(options)
  return async (path, init) => {
    const request = new Request(`http://app.example${path}`, init)
    const answer = (): Response => Response.json({ user: getUser(request)?.username ?? null })
    return guard(request, { incoming: { url: path, socket: { remoteAddress: '127.0.0.1' } } }, answer)
  }
}

function honoApp(options: ProtectOptions): GuardedFetch {
  const app = new Hono()
    .use('*', sessionAuth(options))
    .all('*', (c) => c.json({ user: c.var.user?.username ?? null }))
    .onError((error) => {
      throw error
    })
  const incoming = { socket: { remoteAddress: '127.0.0.1' } }
  return async (path, init) => app.fetch(new Request(`http://app.example${path}`, init), { incoming })
}

function userNamed(username: Username, changes: Partial<User> = {}): User {
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
    ...changes,
  }
}
