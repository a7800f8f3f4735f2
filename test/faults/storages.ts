import { type TestDatabase, createMysqlDatabase, createPostgresDatabase, createSqliteDatabase } from '../databases.ts'
import { type FaultProxy, startFaultProxy } from '../process/fault-proxy.ts'
import { isRedisServerMissing, startRedis } from '../process/redis-servers.ts'
import { isMariadbMissing, isPostgresMissing, startMariadb, startPostgres } from './database-servers.ts'

/** Where a test's users and sessions are kept. */
export interface Storage {
  /** The users' database, and mostly the sessions' as well. */
  readonly database: TestDatabase
  /** Where sessions are, if not there. */
  readonly sessionsUrl: string | null
  /** How a server is told of them. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** On a server of the test's own, to which the tested servers come through a proxy. */
export interface NetworkStorage extends Storage {
  readonly proxy: FaultProxy
  readonly server: { kill(): Promise<void>; start(): Promise<void> }
}

interface Kind<Opened extends Storage> {
  readonly name: string
  readonly isMissing: () => boolean
  readonly open: () => Promise<Opened>
}

export const networkKinds: readonly Kind<NetworkStorage>[] = [
  { name: 'PostgreSQL', isMissing: isPostgresMissing, open: openPostgres },
  { name: 'MariaDB', isMissing: isMariadbMissing, open: openMariadb },
  { name: 'Redis', isMissing: () => isRedisServerMissing('faults of Redis'), open: openRedis },
]

export const storageKinds: readonly Kind<Storage>[] = [
  { name: 'SQLite', isMissing: () => false, open: openSqlite },
  ...networkKinds,
]

export async function openSqlite(): Promise<Storage> {
  const database = await createSqliteDatabase()
  return { database, sessionsUrl: null, environment: { DATABASE_URL: database.url }, close: database.drop }
}

export async function openPostgres(): Promise<NetworkStorage> {
  const server = await startPostgres()
  return behindProxy(await createPostgresDatabase('', server.url), server)
}

async function openMariadb(): Promise<NetworkStorage> {
  const server = await startMariadb()
  return behindProxy(await createMysqlDatabase(server.url), server)
}

async function behindProxy(
  database: TestDatabase,
  server: NetworkStorage['server'] & { stop(): Promise<void> },
): Promise<NetworkStorage> {
  const proxy = await startFaultProxy(database.url)
  return {
    database,
    sessionsUrl: null,
    environment: { DATABASE_URL: proxy.url },
    proxy,
    server,
    async close() {
      await proxy.close()
      await server.stop()
    },
  }
}

/** Sessions in Redis, users in an SQLite file. */
async function openRedis(): Promise<NetworkStorage> {
  const database = await createSqliteDatabase()
  const server = await startRedis()
  const proxy = await startFaultProxy(server.url)
  return {
    database,
    sessionsUrl: server.url,
    environment: { DATABASE_URL: database.url, SESSIONS_URL: proxy.url },
    proxy,
    server,
    async close() {
      await proxy.close()
      await server.stop()
      await database.drop()
    },
  }
}
