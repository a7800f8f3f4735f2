import { Redis } from 'ioredis'
import { createPool } from 'mysql2/promise'
import type { CounterStore } from '../../src/index.ts'
import { mysqlCounters, postgresCounters, redisCounters, sqliteCounters } from '../../src/stores/counters.ts'
import { openPostgresPool } from '../databases.ts'

const byScheme: Readonly<Record<string, (url: string) => CounterStore>> = {
  'sqlite:': (url) => sqliteCounters({ path: url.slice('sqlite:'.length) }),
  'postgres:': (url) => postgresCounters(openPostgresPool(url)),
  'mysql:': (url) => mysqlCounters(createPool(url), { database: new URL(url).pathname.slice(1) }),
  'redis:': (url) => redisCounters(connectRedis(url)),
}

/** Where tries are counted, by a URL. */
export function countersFromUrl(url: string): CounterStore {
  const open = byScheme[new URL(url).protocol]
  if (open === undefined) throw new Error('Nothing counts at this URL.')
  return open(url)
}

function connectRedis(url: string): Redis {
  return new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 }).on('error', () => {})
}
