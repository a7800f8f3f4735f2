export { type PostgresStoreOptions, postgresStore } from './postgres/store.ts'
export type { PostgresClient, PostgresPool, PostgresResult, PostgresStatement } from './postgres/server.ts'
