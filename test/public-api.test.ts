import { describe, expect, it } from 'vitest'
import * as counters from '../src/stores/counters.ts'
import * as latchkey from '../src/index.ts'
import { memoryStore } from '../src/stores/memory.ts'
import * as contracts from '../src/testing/contracts.ts'
import * as testing from '../src/testing/index.ts'

describe('public API', () => {
  it('exports these names from latchkey and no others', () => {
    expect(Object.keys(latchkey).toSorted()).toEqual([
      'BodyTooLargeError',
      'CaptchaFailedError',
      'ConfigError',
      'CrossSiteError',
      'ForbiddenError',
      'InvalidFormError',
      'LatchkeyError',
      'LoginFailedError',
      'MalformedBodyError',
      'MethodNotAllowedError',
      'NotFoundError',
      'NotLoggedInError',
      'ReadOnlyError',
      'RefusedByHookError',
      'RequestError',
      'RequestTooSlowError',
      'TooManyTriesError',
      'UnavailableError',
      'UnsupportedBodyError',
      'changePassword',
      'createAuth',
      'createGuard',
      'days',
      'defaultAuth',
      'englishTexts',
      'getUser',
      'hostContext',
      'hours',
      'memoryCounters',
      'minutes',
      'protect',
      'rateLimit',
      'refusalWords',
      'register',
      'say',
      'sessionLogin',
      'sessionLogout',
      'systemClock',
    ])
  })

  it.each([
    ['bun', ['toBunHandler']],
    ['deno', ['toDenoHandler']],
    ['express', ['getUser', 'sessionAuth', 'toExpressHandler']],
    ['fastify', ['getUser', 'sessionAuth', 'toFastifyPlugin']],
    ['hono', ['sessionAuth']],
    ['koa', ['sessionAuth', 'toKoaMiddleware']],
    ['next', ['createGetUser', 'sessionProxy', 'toRouteHandlers']],
    ['node', ['createNodeGuard', 'createUpgradeGuard', 'getUser', 'serveNode', 'toNodeHandler']],
  ])('exports from latchkey/adapters/%s the names %j and no others', async (name, names) => {
    const adapter: object = await import(`../src/adapters/${name}.ts`)

    expect(Object.keys(adapter).toSorted()).toEqual(names)
  })

  it('gives an Auth that has at most twelve members', () => {
    const auth = latchkey.createAuth({ store: memoryStore() })

    expect(Object.keys(auth).toSorted()).toEqual([
      'clientAddress',
      'close',
      'cookie',
      'devices',
      'origins',
      'ready',
      'report',
      'sessions',
      'throttle',
      'users',
      'wiring',
    ])
  })

  it('exports these names from latchkey/testing and no others', () => {
    expect(Object.keys(testing).toSorted()).toEqual(['createMovableClock', 'fakeCaptcha', 'loginAs'])
  })

  it('exports these names from latchkey/testing/contracts and no others', () => {
    expect(Object.keys(contracts).toSorted()).toEqual([
      'counterStoreContract',
      'deviceStoreContract',
      'httpContract',
      'sessionStoreContract',
      'userStoreContract',
    ])
  })

  it('exports these names from latchkey/stores/counters and no others', () => {
    expect(Object.keys(counters).toSorted()).toEqual([
      'mysqlCounters',
      'postgresCounters',
      'redisCounters',
      'sqliteCounters',
    ])
  })
})
