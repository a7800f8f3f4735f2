import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createConnection } from 'mysql2/promise'
import { Client, Pool, type PoolConfig } from 'pg'
import { isMissing, mysqlUrl, postgresUrl } from './servers.ts'

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string
  /** Runs one statement, as an administrator, and gives the rows. */
  run(statement: string): Promise<unknown[]>
  /** Runs one statement in a transaction that goes on, and holds its locks, until it is let go. */
  hold(statement: string): Promise<{ letGo(): Promise<void> }>
  /** Removes it, and whoever is still connected. */
  drop(): Promise<void>
}

/** Every kind of SQL database that latchkey runs on. */
export const databaseKinds: readonly {
  readonly name: string
  readonly isMissing: () => Promise<boolean>
  readonly createDatabase: () => Promise<TestDatabase>
}[] = [
  { name: 'SQLite', isMissing: async () => false, createDatabase: createSqliteDatabase },
  {
    name: 'PostgreSQL',
    isMissing: () => isMissing('PostgreSQL', postgresUrl),
    createDatabase: () => createPostgresDatabase(),
  },
  { name: 'MySQL', isMissing: () => isMissing('MySQL', mysqlUrl), createDatabase: () => createMysqlDatabase() },
]

export async function createSqliteDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-database-'))
  const path = join(folder, 'latchkey.db')
  return {
    url: `sqlite:${path}`,
    async run(statement) {
      using database = new DatabaseSync(path)
      return database.prepare(statement).all()
    },
    async hold(statement) {
      const database = new DatabaseSync(path)
      database.exec(`BEGIN IMMEDIATE; ${statement}`)
      return { letGo: async () => database.close() }
    },
    drop: async () => rmSync(folder, { recursive: true }),
  }
}

export async function createPostgresDatabase(options = '', server: string = postgresUrl): Promise<TestDatabase> {
  const name = newName()
  await runOnPostgres(server, `CREATE DATABASE ${name} ${options}`)
  const url = withDatabase(server, name)
  return {
    url,
    run: (statement) => runOnPostgres(url, statement),
    async hold(statement) {
      const client = new Client({ connectionString: url }).on('error', () => {})
      await client.connect()
      await client.query('BEGIN')
      await client.query(statement)
      return { letGo: () => client.end() }
    },
    drop: async () => void (await runOnPostgres(server, `DROP DATABASE ${name} WITH (FORCE)`)),
  }
}

/** A pool that outlives the end of its connections: when it is ended, some of them are still there to be cut off. */
export function openPostgresPool(connectionString: string, options: PoolConfig = {}): Pool {
  return new Pool({ connectionString, ...options }).on('error', () => {})
}

export async function createMysqlDatabase(server: string = mysqlUrl): Promise<TestDatabase> {
  const name = newName()
  await runOnMysql(server, `CREATE DATABASE ${name}`)
  const url = withDatabase(server, name)
  return {
    url,
    run: (statement) => runOnMysql(url, statement),
    async hold(statement) {
      const connection = await createConnection(url)
      connection.on('error', () => {})
      await connection.query('BEGIN')
      await connection.query(statement)
      return { letGo: async () => connection.destroy() }
    },
    drop: async () => void (await runOnMysql(server, `DROP DATABASE ${name}`)),
  }
}

async function runOnPostgres(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

async function runOnMysql(url: string, statement: string): Promise<unknown[]> {
  const connection = await createConnection({ uri: url, connectTimeout: 2000 })
  try {
    const [rows] = await connection.query(statement)
    return Array.isArray(rows) ? rows : []
  } finally {
    await connection.end()
  }
}

function newName(): string {
  return `latchkey_test_${randomBytes(6).toString('hex')}`
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
