import { type TestDatabase, createMysqlDatabase, createPostgresDatabase, createSqliteDatabase } from '../databases.ts'
import { type FaultProxy, startFaultProxy } from '../process/fault-proxy.ts'
import { isRedisServerMissing, startRedisIn } from '../process/redis-servers.ts'
import {
  type DatabaseServer,
  type Environment,
  isMariadbMissing,
  isPostgresMissing,
  startMariadb,
  startPostgres,
} from '../database-servers.ts'

/** Where a test's users and sessions are kept. */
export interface Storage {
  /** The users' database, and mostly the sessions' as well. */
  readonly database: TestDatabase
  /** Where sessions are, if not there. */
  readonly sessionsUrl: string | null
  /** Where tries can be counted, for several servers. */
  readonly countersUrl: string
  /** How a server is told of users and sessions. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** On a server of the test's own, to which the tested servers come through a proxy. */
export interface NetworkStorage extends Storage {
  readonly proxy: FaultProxy
  readonly server: { kill(): Promise<void>; start(): Promise<void> }
  /** Lets nobody but an administrator write, as a primary that became a replica. */
  refuseWrites(): Promise<void>
  takeWrites(): Promise<void>
}

interface Kind<Opened extends Storage> {
  readonly name: string
  readonly isMissing: () => boolean
  /** Its server, where it has one, runs in this environment beside that of the tests. */
  readonly open: (environment?: Environment) => Promise<Opened>
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
  return {
    database,
    sessionsUrl: null,
    countersUrl: `${database.url}-counts`,
    environment: { DATABASE_URL: database.url },
    close: database.drop,
  }
}

export async function openPostgres(environment: Environment = {}): Promise<NetworkStorage> {
  const server = await startPostgres(environment)
  const database = await createPostgresDatabase('', server.url)
  const proxy = await startFaultProxy(database.url)
  const { pathname } = new URL(database.url)

  async function setReadOnly(value: 'on' | 'off'): Promise<void> {
    const change = `ALTER DATABASE ${pathname.slice(1)} SET default_transaction_read_only = ${value}`
    await database.run(`BEGIN READ WRITE; ${change}; COMMIT`)
    // It holds for connections that are made from now on.
    proxy.cut()
  }
  return {
    ...storageOf(database, proxy, server),
    refuseWrites: () => setReadOnly('on'),
    takeWrites: () => setReadOnly('off'),
  }
}

async function openMariadb(environment: Environment = {}): Promise<NetworkStorage> {
  const server = await startMariadb(environment)
  const database = await createMysqlDatabase(server.url)
  // Who is no administrator can be refused to write.
  await database.run("CREATE USER 'app'@'127.0.0.1'")
  await database.run("GRANT ALL ON *.* TO 'app'@'127.0.0.1'")
  await database.run("REVOKE READ ONLY ADMIN, SUPER ON *.* FROM 'app'@'127.0.0.1'")
  const url = new URL(database.url)
  url.username = 'app'
  const proxy = await startFaultProxy(url.href)
  return {
    ...storageOf(database, proxy, server),
    refuseWrites: async () => void (await database.run('SET GLOBAL read_only = ON')),
    takeWrites: async () => void (await database.run('SET GLOBAL read_only = OFF')),
  }
}

function storageOf(database: TestDatabase, proxy: FaultProxy, server: DatabaseServer) {
  return {
    database,
    sessionsUrl: null,
    countersUrl: database.url,
    environment: { DATABASE_URL: proxy.url },
    proxy,
    server,
    async close(): Promise<void> {
      await proxy.close()
      await server.stop()
    },
  }
}

/** Sessions in Redis, users in an SQLite file. */
async function openRedis(environment: Environment = {}): Promise<NetworkStorage> {
  const database = await createSqliteDatabase()
  const server = await startRedisIn(environment)
  const proxy = await startFaultProxy(server.url)
  return {
    database,
    sessionsUrl: server.url,
    countersUrl: server.url,
    environment: { DATABASE_URL: database.url, SESSIONS_URL: proxy.url },
    proxy,
    server,
    refuseWrites: async () => void server.run('replicaof', '127.0.0.1', '1'),
    takeWrites: async () => void server.run('replicaof', 'no', 'one'),
    async close() {
      await proxy.close()
      await server.stop()
      await database.drop()
    },
  }
}
