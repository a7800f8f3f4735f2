import { sessionProxy } from '../../src/adapters/next.ts'
import type { ProtectOptions } from '../../src/index.ts'
import { type GuardedFetch, guards } from '../guards/guard-app.ts'

/** Every guard, by its export; the last shows nobody's name. */
export const allGuards: typeof guards = [...guards, ['latchkey/adapters/next sessionProxy', proxiedApp]]

function proxiedApp(options: ProtectOptions): GuardedFetch {
  const proxy = sessionProxy({ ...options, next: () => new Response() })
  return (path, init) => proxy(new Request(`http://app.example${path}`, init))
}
