import type { SeparateSessions } from '../../session/separate-sessions.ts'
import { importDriver, isNotInstalled } from '../drivers/import-driver.ts'
import type { RedisClient } from './client.ts'
import { redisSessions } from './sessions.ts'

interface OwnClient {
  readonly client: RedisClient
  connect(): void
  disconnect(): void
}

const connectTimeout = 2000

/**
 * Sessions in Redis, by a client of its own that ends with them: of `ioredis` if that is installed, else of `redis`.
 *
 * @throws {ConfigError} When neither is installed.
 */
export async function redisFromUrl(url: string): Promise<SeparateSessions> {
  const { client, connect, disconnect } = await importDriver('ioredis', () => createClient(url))
  const sessions = redisSessions(client)
  return {
    ...sessions,
    async open(onRisk) {
      connect()
      await sessions.open(onRisk)
    },
    async close() {
      disconnect()
    },
  }
}

async function createClient(url: string): Promise<OwnClient> {
  try {
    return await createIoredis(url)
  } catch (error) {
    if (!isNotInstalled(error)) throw error
    return createNodeRedis(url)
  }
}

async function createIoredis(url: string): Promise<OwnClient> {
  const { Redis } = await import('ioredis')
  const client = new Redis(url, {
    // At the first command.
    lazyConnect: true,
    connectTimeout,
    // A server that vanished says nothing, and would be waited for until TCP gives up.
    socketTimeout: 3000,
    retryStrategy: waitMs,
    maxRetriesPerRequest: 1,
    // It was demoted: its name leads to the new primary.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  })
  // The next command fails of it, if it lasts.
  client.on('error', () => {})
  return { client, connect() {}, disconnect: () => client.disconnect() }
}

async function createNodeRedis(url: string): Promise<OwnClient> {
  const { createClient: create } = await import('redis')
  const client = create({
    url,
    // It counts silence while nobody asks, too; hence the ping.
    socket: { connectTimeout, socketTimeout: 3000, reconnectStrategy: waitMs },
    pingInterval: 1000,
    commandOptions: { timeout: connectTimeout },
  })
  // The next command fails of it, if it lasts.
  client.on('error', () => {})
  return {
    client,
    connect: () => void (client.isOpen || client.connect().catch(() => {})),
    disconnect: () => void (client.isOpen && client.destroy()),
  }
}

function waitMs(tries: number): number {
  return Math.min(tries * 50, 1000)
}
