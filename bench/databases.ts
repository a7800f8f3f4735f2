import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import type { StoreKind } from './contenders.ts'

/** Where the servers are that databases of the benchmark's own are made on, and removed from at the end. */
const postgresServer = process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const redisServer = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'

/** What a server is told in its environment, so that it finds its database. */
export type DatabaseEnvironment = Readonly<Record<string, string>>

/** Makes databases that nobody else uses. */
export interface Databases {
  readonly folder: string
  create(store: StoreKind): Promise<DatabaseEnvironment>
  /** Another of the same content. Nobody may be connected to the first. */
  copy(store: StoreKind, environment: DatabaseEnvironment): Promise<DatabaseEnvironment>
  dropAll(): Promise<void>
}

export function createDatabases(): Databases {
  const run = `latchkey_bench_${randomBytes(4).toString('hex')}`
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const created: string[] = []
  let count = 0

  async function make(store: StoreKind, template = 'template0'): Promise<DatabaseEnvironment> {
    count += 1
    const name = `${run}_${count}`
    if (store === 'postgres') {
      await runOnPostgres(postgresServer, `CREATE DATABASE ${name} TEMPLATE ${template}`)
      created.push(name)
    }
    return {
      BENCH_STORE: store,
      BENCH_SQLITE: join(folder, `${name}.db`),
      BENCH_POSTGRES: withDatabase(postgresServer, name),
      BENCH_REDIS: redisServer,
      BENCH_PREFIX: name,
    }
  }

  return {
    folder,
    create: (store) => make(store),
    async copy(store, environment) {
      const made = await make(store, environment['BENCH_PREFIX'])
      // Whoever was the last to close it left all of it in this one file.
      if (store === 'sqlite') copyFileSync(environment['BENCH_SQLITE'] ?? '', made['BENCH_SQLITE'] ?? '')
      return made
    },
    async dropAll() {
      for (const name of created) await runOnPostgres(postgresServer, `DROP DATABASE ${name} WITH (FORCE)`)
      await deleteKeys(`${run}_*`).catch(() => undefined)
      rmSync(folder, { recursive: true })
    },
  }
}

/** The stores whose servers can be reached. */
export async function reachableStores(): Promise<readonly StoreKind[]> {
  const found: StoreKind[] = ['sqlite']
  if (await succeeds(runOnPostgres(postgresServer, 'SELECT 1'))) found.push('postgres')
  if (await succeeds(deleteKeys('latchkey_bench_none'))) found.push('redis')
  return found
}

export async function runOnPostgres(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

async function deleteKeys(pattern: string): Promise<void> {
  const redis = new Redis(redisServer, { lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => undefined)
  await redis.connect()
  for await (const keys of redis.scanStream({ match: pattern, count: 5000 })) {
    if ((keys as string[]).length > 0) await redis.unlink(...(keys as string[]))
  }
  await redis.quit()
}

async function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  )
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
