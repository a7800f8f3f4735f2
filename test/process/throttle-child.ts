import { Redis } from 'ioredis'
import { createAuth, sessionLogin } from '../../src/index.ts'
import { redisCounters, sqliteCounters } from '../../src/stores/counters.ts'

// A process of its own that shares users and counts with others: sends itself as many wrong logins as it is told, all at
// once, and answers with how many passwords it looked at.
const [, , database = '', counts = ''] = process.argv
const url = URL.parse(counts)
const counters =
  url === null
    ? sqliteCounters({ path: counts })
    : redisCounters(new Redis(url.href), { prefix: url.searchParams.get('prefix') ?? 'latchkey' })
const auth = createAuth({ store: `sqlite:${database}`, counters })
const login = sessionLogin({ auth })

process.on('message', (times: number) => void answer(times))

async function answer(times: number): Promise<void> {
  const before = auth.wiring.hashPool.stats().hashes
  await Promise.all(Array.from({ length: times }, guess))
  process.send?.(auth.wiring.hashPool.stats().hashes - before)
}

function guess(): Promise<Response> {
  const body = new URLSearchParams({ username: 'ann', password: 'wrong password' })
  return login(new Request('http://app.example/', { method: 'POST', body }))
}
