import { createGetUser, sessionProxy } from '../../src/adapters/next.ts'
import type { ProtectOptions } from '../../src/index.ts'
import { type GuardedFetch, guards } from '../guards/guard-app.ts'
import type { Outcome } from './outcomes.ts'

type Guards = typeof guards

/** Every guard, by its export; the last shows nobody's name. */
export const allGuards: Guards = [...guards, ['latchkey/adapters/next sessionProxy', proxiedApp]]

/** Every way to a user that asks for the session by itself, guard or none, by its export. */
export const waysToUser: Guards = [...allGuards, ['latchkey/adapters/next createGetUser', askingApp]]

/** What tells the user that a guard has found, and throws where none stood in front. */
export const behindGuards: readonly string[] = [
  'latchkey getUser',
  'latchkey/adapters/express getUser',
  'latchkey/adapters/fastify getUser',
  'latchkey/adapters/node getUser',
]

/** What a guard refuses, and how it comes about. */
export const guardRefusals: readonly {
  readonly what: string
  readonly status: Outcome['status']
  readonly options?: ProtectOptions
  readonly init?: RequestInit
}[] = [
  { what: 'nobody', status: { 'a browser': 303, 'a program': 401, 'a program that asks for JSON': 401 } },
  { what: 'another site', status: 403, init: { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } } },
  { what: 'who is no admin', status: 403, options: { adminOnly: true } },
  { what: 'all while the database is broken', status: 503 },
]

function proxiedApp(options: ProtectOptions): GuardedFetch {
  const proxy = sessionProxy({ ...options, next: () => new Response() })
  return (path, init) => proxy(new Request(`http://app.example${path}`, init))
}

/** A route handler that asks who it is, and nothing else: Next tells the headers of a request alone. */
function askingApp({ auth }: ProtectOptions): GuardedFetch {
  return async (path, init) => {
    const { headers } = new Request(`http://app.example${path}`, init)
    const getUser = createGetUser({ ...(auth && { auth }), headers: async () => headers })
    const user = await getUser()
    return Response.json({ user: user?.username ?? null }, { status: user === null ? 403 : 200 })
  }
}
