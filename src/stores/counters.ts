export { type MysqlCountersOptions, type MysqlPool, mysqlCounters } from './counters/mysql.ts'
export { type PostgresClient, type PostgresCountersOptions, postgresCounters } from './counters/postgres.ts'
export { type RedisCountersClient, type RedisCountersOptions, redisCounters } from './counters/redis.ts'
export { type SqliteCounters, type SqliteCountersOptions, sqliteCounters } from './counters/sqlite.ts'
