export { type MysqlCountersOptions, type MysqlPool, mysqlCounters } from './mysql-counters.ts'
export { type PostgresClient, type PostgresCountersOptions, postgresCounters } from './postgres-counters.ts'
export { type RedisCountersClient, type RedisCountersOptions, redisCounters } from './redis-counters.ts'
export { type SqliteCounters, type SqliteCountersOptions, sqliteCounters } from './sqlite-counters.ts'
