export { type MysqlCallbackPool, type MysqlStoreOptions, mysqlStore } from './mysql/store.ts'
export type { MysqlConnection, MysqlPool, MysqlStatement } from './mysql/server.ts'
