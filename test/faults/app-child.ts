// An app in a process of its own, set up by its environment. Tells its port, and what it uses when it is asked.
import { flushCompileCache } from 'node:module'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { Hono } from 'hono'
import { sessionAuth } from '../../src/adapters/hono.ts'
import { serveNode } from '../../src/adapters/node.ts'
import {
  type Auth,
  type Clock,
  ConfigError,
  UnavailableError,
  changePassword,
  createAuth,
  register,
  sessionLogin,
  sessionLogout,
  systemClock,
} from '../../src/index.ts'
import { cleaningBatch, cleaningLease, cleaningPauseMs, isFull } from '../../src/cleaner.ts'
import { countersFromUrl } from './counters.ts'
import type { AppOrder, AppUsage, CleanUp, UserOrder, UserOutcome } from './app-process.ts'

const { PORT = '0', COUNTERS_URL, CLOCK_OFFSET = '0', SESSION_EXPIRY = '86400' } = process.env
const { HEADERS_TIMEOUT = '10', REQUEST_TIMEOUT = '30' } = process.env
let offsetMs = Number(CLOCK_OFFSET) * 1000
const clock: Clock = {
  now: () => new Date(systemClock.now().getTime() + offsetMs),
  monotonicMs: () => systemClock.monotonicMs(),
}
const large = 'x'.repeat(4_000_000)
const delays = monitorEventLoopDelay({ resolution: 10 })

async function start(): Promise<void> {
  const auth = createAuth({
    clock,
    trustedProxies: ['127.0.0.1'],
    sessionExpiry: Number(SESSION_EXPIRY),
    counters: COUNTERS_URL === undefined ? null : countersFromUrl(COUNTERS_URL),
    links: { login: '/login/', logout: '/logout/' },
  })
  await auth.ready()
  const server = await serveNode(createApp(auth).fetch, {
    port: Number(PORT),
    headersTimeout: Number(HEADERS_TIMEOUT),
    requestTimeout: Number(REQUEST_TIMEOUT),
    onClose: () => end(auth.close),
  })
  process.on('message', (order: AppOrder) => void obey(order, auth).then((reply) => process.send?.(reply)))
  // It would be written at the end, which many don't come to.
  flushCompileCache()
  delays.enable()
  process.send?.({ port: server.port })
}

/** What the contract of a login over HTTP asks for, and a page for everyone. */
function createApp(auth: Auth): Hono {
  const app = new Hono()
  app.mount('/login/', sessionLogin({ auth, redirectTo: '/private/' }))
  app.mount('/logout/', sessionLogout({ auth, redirectTo: '/login/' }))
  app.mount('/register/', register({ auth, userDefaults: { active: true } }))
  app.mount('/change-password/', changePassword({ auth }))
  app.get('/', (c) => c.text('Hello'))
  app.get('/large', (c) => c.text(large))
  app.get('/private/', sessionAuth({ auth }), (c) => c.text(`Hello ${c.var.user.username}`))
  app.get('/api/me', sessionAuth({ auth }), (c) => c.json({ username: c.var.user.username }))
  app.post('/api/notes', sessionAuth({ auth }), async (c) => {
    const { text } = await c.req.json<{ text: string }>()
    return c.json({ by: c.var.user.username, text })
  })
  return app
}

async function obey(order: AppOrder, auth: Auth): Promise<AppUsage | CleanUp | UserOutcome> {
  if (order === 'clean') return cleanUp(auth)
  if (typeof order === 'object' && 'verb' in order) return handleUser(order, auth)
  if (order !== 'usage') offsetMs = order.clockOffset * 1000
  const loopDelayMs = { p99: delays.percentile(99) / 1e6, max: delays.max / 1e6 }
  delays.reset()
  return { rssBytes: process.memoryUsage.rss(), loopDelayMs, hashPool: auth.wiring.hashPool.stats() }
}

async function handleUser({ verb, userId, afterMs }: UserOrder, { sessions, users }: Auth): Promise<UserOutcome> {
  const startedAt = performance.now()
  const after = afterMs === undefined ? {} : { after: { createdAt: new Date(afterMs), id: '' } }
  const done = {
    list: async () => (await sessions.list(userId, after)).length,
    endAll: async () => Number(await sessions.endAll(userId)),
    delete: async () => Number(await users.delete(userId)),
  }
  const count = await done[verb]()
  return { tookMs: performance.now() - startedAt, count }
}

/** As the app's own cleaner does it, which waits for minutes before it begins. */
async function cleanUp({ wiring: { cleaner } }: Auth): Promise<CleanUp> {
  const startedAt = performance.now()
  const batchesMs: number[] = []
  let deleted = 0
  for (;;) {
    if ((await cleaner.claim(cleaningLease).catch(ignoreUnavailable)) !== true) {
      await pause(cleaningPauseMs)
      continue
    }
    const batchAt = performance.now()
    const batch = await cleaner.deleteExpired(cleaningBatch).catch(ignoreUnavailable)
    if (batch !== null) batchesMs.push(performance.now() - batchAt)
    deleted += batch?.sessions ?? 0
    if (batch !== null && !isFull(batch, cleaningBatch))
      return { deleted, batchesMs, tookMs: performance.now() - startedAt }
    await pause(cleaningPauseMs)
  }
}

function ignoreUnavailable(error: unknown): null {
  if (error instanceof UnavailableError) return null
  throw error
}

async function end(close: () => Promise<void>): Promise<void> {
  await close()
  process.disconnect()
}

try {
  await start()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exit(1)
}
