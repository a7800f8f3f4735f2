import { createHmac, hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { Redis } from 'ioredis'
import type { Contender } from './contenders.ts'
import { type DatabaseEnvironment, runOnPostgres } from './databases.ts'
import { secret } from './servers/environment.ts'

/** How a contender's sessions are written directly, many at once: copies of the one that is there, under other tokens. */
interface Seed {
  readonly table: string
  /** What differs from one to the next. The other columns are copied. */
  readonly columns: Readonly<Record<string, 'token' | 'token hash' | 'number'>>
  readonly copied: readonly string[]
  /** Columns that are set back for a session that has expired, each with the one that it is copied from. */
  readonly instants: Readonly<Record<string, string>>
  cookie(token: string): string
}

const latchkey: Seed = {
  table: 'latchkey_session',
  columns: { token_hash: 'token hash', id: 'number' },
  copied: ['user_id', 'generation', 'created_at'],
  // Extended as far as can be: else each would be written once a minute, in whatever round that comes.
  instants: { expires_at: 'max_expires_at', max_expires_at: 'max_expires_at' },
  cookie: (token) => `id=${token}`,
}

const seeds: Readonly<Record<string, Seed>> = {
  latchkey,
  limit: {
    table: 'limit_session',
    columns: { token_hash: 'token hash' },
    copied: ['user_id'],
    instants: { expires_at: 'expires_at' },
    cookie: (token) => `id=${token}`,
  },
  'better-auth': {
    table: 'session',
    columns: { id: 'number', token: 'token' },
    copied: ['"userId"', '"createdAt"', '"updatedAt"', '"ipAddress"', '"userAgent"'],
    instants: { '"expiresAt"': '"expiresAt"' },
    cookie: (token) => `better-auth.session_token=${encodeURIComponent(`${token}.${sign(token)}`)}`,
  },
  'express-session': {
    table: 'sessions',
    columns: { sid: 'token' },
    copied: ['sess'],
    instants: { expire: 'expire' },
    cookie: (token) => `connect.sid=${encodeURIComponent(`s:${token}.${sign(token).replace(/=+$/, '')}`)}`,
  },
}

function seedOf({ name }: Contender): Seed {
  const found = Object.entries(seeds).find(([start]) => name.startsWith(start))?.[1]
  if (found === undefined) throw new Error(`Nobody has said how ${name} keeps its sessions.`)
  return found
}

/** Whether its sessions can be written so: not those of peers on other stores, nor those kept in the cookie itself. */
export function isSeeded({ name, store, setting }: Contender): boolean {
  if (/^(latchkey|limit) /.test(name)) return true
  return store === 'sqlite' && setting !== 'cookieCache' && /^(better-auth|express-session)/.test(name)
}

/** Cookies of sessions that are spread over all that were written. */
export function cookiesOf(contender: Contender, count: number): string[] {
  const atMost = Math.min(count, 10_000)
  const step = Math.floor(count / atMost)
  return Array.from({ length: atMost }, (_, index) => seedOf(contender).cookie(tokenOf(index * step)))
}

/** Writes so many sessions into a database in which one was started. */
export async function writeSessions(
  contender: Contender,
  environment: DatabaseEnvironment,
  count: number,
  isExpired: boolean = false,
): Promise<void> {
  const seed = seedOf(contender)
  if (contender.store === 'redis') await writeToRedis(environment, seed, count)
  else if (contender.store === 'postgres') {
    await runOnPostgres(environment['BENCH_POSTGRES'] ?? '', insertInto(seed, postgresWords(count), isExpired))
    await runOnPostgres(environment['BENCH_POSTGRES'] ?? '', `VACUUM ANALYZE ${seed.table}`)
  } else {
    using database = new DatabaseSync(environment['BENCH_SQLITE'] ?? '', { timeout: 5000 })
    database.function('token', (number) => tokenOf(Number(number)))
    database.function('token_hash', (number) => hash('sha256', tokenOf(Number(number))))
    database.exec(insertInto(seed, sqliteWords(count), isExpired))
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }
}

/** What SQLite and PostgreSQL write differently. */
interface Words {
  readonly numbers: string
  readonly token: string
  readonly tokenHash: string
  readonly text: string
  readonly tenDays: string
}

function sqliteWords(count: number): Words {
  return {
    numbers: `(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count}) SELECT i FROM n)`,
    token: 'token(i)',
    tokenHash: 'token_hash(i)',
    text: "'n' || i",
    tenDays: '864000000',
  }
}

function postgresWords(count: number): Words {
  const written = "translate(encode(sha256(i::text::bytea), 'base64'), '+/=', '-_')"
  return {
    numbers: `generate_series(0, ${count - 1}) AS n(i)`,
    token: written,
    tokenHash: `encode(sha256((${written})::bytea), 'hex')`,
    text: "'n' || i",
    tenDays: "interval '10 days'",
  }
}

function insertInto({ table, columns, copied, instants }: Seed, words: Words, isExpired: boolean): string {
  const expressions = { token: words.token, 'token hash': words.tokenHash, number: words.text }
  const values = [
    ...Object.values(columns).map((kind) => expressions[kind]),
    ...copied,
    ...Object.values(instants).map((source) => (isExpired ? `${source} - ${words.tenDays}` : source)),
  ]
  return `
    INSERT INTO ${table} (${[...Object.keys(columns), ...copied, ...Object.keys(instants)].join(', ')})
    SELECT ${values.join(', ')} FROM (SELECT * FROM ${table} LIMIT 1) AS one, ${words.numbers}`
}

/** Of latchkey and `limit`: each as the one that is there. */
async function writeToRedis(
  { BENCH_REDIS = '', BENCH_PREFIX = '' }: DatabaseEnvironment,
  seed: Seed,
  count: number,
): Promise<void> {
  const redis = new Redis(BENCH_REDIS)
  const start = seed === latchkey ? `${BENCH_PREFIX}:session:` : `${BENCH_PREFIX}:`
  const [key = ''] = await redis.keys(`${start}*`)
  if (seed === latchkey) await redis.hset(key, 'expiresAt', String(await redis.hget(key, 'maxExpiresAt')))
  for (let first = 0; first < count; first += 10_000) {
    const batch = redis.pipeline()
    for (let number = first; number < Math.min(count, first + 10_000); number += 1) {
      const own = `${start}${hash('sha256', tokenOf(number))}`
      batch.copy(key, own).pexpire(own, 86_400_000)
    }
    await batch.exec()
  }
  await redis.quit()
}

/** The token of a number: of no pattern that a database could make use of. */
function tokenOf(number: number): string {
  return hash('sha256', String(number), 'base64url')
}

function sign(text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64')
}
