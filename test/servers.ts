import { connect } from 'node:net'

/** Where the database servers are that tests run against; each test makes a database or prefix of its own there. */
export const redisUrl: string = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
export const postgresUrl: string = process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
export const mysqlUrl: string = process.env['MYSQL_URL'] ?? 'mysql://root@127.0.0.1:3306'

/** Whether to skip the tests that need a server, since none listens; never where `CI` is set: there it must. */
export async function isMissing(name: string, url: string): Promise<boolean> {
  if (process.env['CI'] !== undefined || (await isListening(url))) return false
  console.log(`Skipped: no ${name} listens at ${new URL(url).host}.`)
  return true
}

export function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(Number(port), hostname)
  socket.setTimeout(1_000, () => socket.destroy())
  socket.once('connect', () => {
    resolve(true)
    socket.destroy()
  })
  socket.once('error', () => undefined)
  socket.once('close', () => resolve(false))
  return promise
}
