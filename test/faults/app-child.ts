// The demo's app in a process of its own, set up by its environment. Tells its port, and what it uses when it is asked.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createApp } from '../../demo/app.ts'
import { Redis } from 'ioredis'
import { serveNode } from '../../src/adapters/node.ts'
import { type Clock, ConfigError, createAuth, systemClock } from '../../src/index.ts'
import { redisCounters } from '../../src/stores/counters.ts'
import type { AppUsage } from './app-process.ts'

const { PORT = '0', COUNTERS_URL, CLOCK_OFFSET = '0', SESSION_EXPIRY = '86400' } = process.env
let offsetMs = Number(CLOCK_OFFSET) * 1000
const clock: Clock = {
  now: () => new Date(systemClock.now().getTime() + offsetMs),
  monotonicMs: () => systemClock.monotonicMs(),
}
const delays = monitorEventLoopDelay({ resolution: 10 })

async function start(): Promise<void> {
  const auth = createAuth({
    clock,
    trustedProxies: ['127.0.0.1'],
    sessionExpiry: Number(SESSION_EXPIRY),
    ...(COUNTERS_URL === undefined ? {} : { counters: redisCounters(connectRedis(COUNTERS_URL)) }),
  })
  await auth.ready()
  const server = await serveNode(createApp(auth).fetch, { port: Number(PORT), onClose: () => end(auth.close) })

  process.on('message', (message: 'usage' | { readonly offset: number }) => {
    if (message !== 'usage') offsetMs = message.offset * 1000
    const loopDelayMs = { p99: delays.percentile(99) / 1e6, max: delays.max / 1e6 }
    delays.reset()
    const usage: AppUsage = { rssBytes: process.memoryUsage.rss(), loopDelayMs, hashPool: auth.hashPool.stats() }
    process.send?.(usage)
  })
  delays.enable()
  process.send?.({ port: server.port })
}

function connectRedis(url: string): Redis {
  return new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 }).on('error', () => {})
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
