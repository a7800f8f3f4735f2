// What a server is told by the process that measures it.
const given = process.env

export const store: 'sqlite' | 'postgres' | 'redis' = (given['BENCH_STORE'] ?? 'sqlite') as typeof store
export const sqliteFile: string = given['BENCH_SQLITE'] ?? ':memory:'
export const postgresUrl: string = given['BENCH_POSTGRES'] ?? ''
export const redisUrl: string = given['BENCH_REDIS'] ?? ''
export const redisPrefix: string = given['BENCH_PREFIX'] ?? 'latchkey_bench'
/** A contender's other setting, such as `cookieCache`. */
export const setting: string = given['BENCH_SETTING'] ?? ''

/** Small, so that all servers that run at once stay within what PostgreSQL allows. */
export const poolSize = 5

export const password = 'correct horse battery'

/** What peers sign their cookies with. */
export const secret = 'a secret of the benchmark, of no use to anybody'
