import { describe, expect, it } from 'vitest'
import { ConfigError, UnavailableError } from '../../../src/errors.ts'
import { type RedisClient, redisSessions } from '../../../src/stores/redis.ts'

function clientThatFails(error: Error): RedisClient {
  const fail = async (): Promise<never> => {
    throw error
  }
  return { eval: fail, sendCommand() {} } as RedisClient
}

const unavailable = [
  'connect ECONNREFUSED 127.0.0.1:6379',
  'Connection is closed.',
  "Stream isn't writeable and enableOfflineQueue options is false",
  'Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.',
  'The client is closed',
  'Socket closed unexpectedly',
  'READONLY You can’t write against a read only replica.',
  'LOADING Redis is loading the dataset in memory',
  'OOM command not allowed when used memory > ‘maxmemory’.',
  'CLUSTERDOWN Hash slot not served',
  'MOVED 3999 127.0.0.1:6381',
  'TRYAGAIN Multiple keys request during rehashing of slot',
  'MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to ‘no’.',
  'MISCONF Redis is configured to save RDB snapshots, but it’s currently unable to persist to disk.',
  'NOREPLICAS Not enough good replicas to write.',
  'BUSY Redis is busy running a script.',
  'ERR max number of clients reached',
]

describe('redisSessions with a client that fails', () => {
  it.each(unavailable)('is unavailable after %j (F6)', async (message) => {
    const sessions = redisSessions(clientThatFails(new Error(message)))

    await expect(sessions.find('0'.repeat(64))).rejects.toThrow(UnavailableError)
    await expect(sessions.open(() => {})).rejects.toThrow(UnavailableError)
  })

  it.each([
    ['WRONGPASS invalid username-password pair or user is disabled.', /refuses the user or the password/],
    ['NOAUTH Authentication required.', /asks for a password/],
    ['NOPERM this user has no permissions to run the ‘eval’ command', /may not do/],
  ])('says at opening what to do about %j', async (message, sentence) => {
    const opening = redisSessions(clientThatFails(new Error(message))).open(() => {})

    await expect(opening).rejects.toThrow(ConfigError)
    await expect(opening).rejects.toThrow(sentence)
  })

  it('hands on what is a fault of neither the network nor the server', async () => {
    const error = new Error('WRONGTYPE Operation against a key holding the wrong kind of value')

    await expect(redisSessions(clientThatFails(error)).find('0'.repeat(64))).rejects.toBe(error)
  })

  it.each([
    ['nothing', undefined],
    ['a URL', 'redis://127.0.0.1'],
    ['an object without eval', { sendCommand() {} }],
    ['an object of another kind', { eval() {} }],
  ])('refuses %s as a client', (_what, client) => {
    expect(() => redisSessions(client as never)).toThrow(ConfigError)
    expect(() => redisSessions(client as never)).toThrow(/ioredis or redis/)
  })
})
