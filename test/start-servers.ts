import {
  type DatabaseServer,
  isMariadbMissing,
  isPostgresMissing,
  startMariadb,
  startPostgres,
} from './database-servers.ts'
import { isRedisServerMissing, startRedis } from './process/redis-servers.ts'
import { isListening, mysqlUrl, postgresUrl, redisUrl } from './servers.ts'

/** A database server that many tests share. */
interface Shared {
  readonly variable: string
  readonly url: string
  readonly isNotInstalled: () => boolean
  readonly start: () => Promise<Pick<DatabaseServer, 'url' | 'stop'>>
}

const shared: readonly Shared[] = [
  { variable: 'POSTGRES_URL', url: postgresUrl, isNotInstalled: isPostgresMissing, start: startPostgres },
  { variable: 'MYSQL_URL', url: mysqlUrl, isNotInstalled: isMariadbMissing, start: startMariadb },
  {
    variable: 'REDIS_URL',
    url: redisUrl,
    isNotInstalled: () => isRedisServerMissing('counters and sessions in Redis'),
    start: () => startRedis(),
  },
]

/** Starts what is installed and doesn't run, for as long as the tests do; their processes find it by the environment. */
export default async function startServers(): Promise<() => Promise<void>> {
  const started = await Promise.all(shared.map(startWhereNone))
  return async () => {
    await Promise.all(started.map(async (server) => server?.stop()))
  }
}

async function startWhereNone({ variable, url, isNotInstalled, start }: Shared) {
  if (process.env[variable] !== undefined || (await isListening(url)) || isNotInstalled()) return null
  const server = await start()
  process.env[variable] = server.url
  return server
}
