import { describe, expect, it } from 'vitest'
import { createAuth, rateLimit } from '../../src/index.ts'
import { UnavailableError } from '../../src/errors.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { createGuardWorld } from '../guards/guard-app.ts'
import { brokenRules, readAnswer } from './answer-rules.ts'
import { type ClientName, clients, endpoints, home } from './endpoints.ts'
import { exportedFunctions } from './exports.ts'
import { allGuards, behindGuards, guardRefusals, waysToUser } from './guards.ts'
import { type Outcome, outcomesOf, send } from './outcomes.ts'

/** What answers no request of its own. */
const others: Readonly<Record<string, string>> = {
  latchkey: 'createAuth days defaultAuth hostContext hours memoryCounters minutes refusalWords say',
  'latchkey/adapters/bun': 'toBunHandler',
  'latchkey/adapters/deno': 'toDenoHandler',
  'latchkey/adapters/express': 'toExpressHandler',
  'latchkey/adapters/fastify': 'toFastifyPlugin',
  'latchkey/adapters/koa': 'toKoaMiddleware',
  'latchkey/adapters/next': 'toRouteHandlers',
  // A handshake isn't answered: test/adapters/upgrade-guard.test.ts walks over who may open one.
  'latchkey/adapters/node': 'createUpgradeGuard serveNode toNodeHandler',
  'latchkey/captcha/altcha': 'altcha',
  'latchkey/captcha/hcaptcha': 'hcaptcha',
  'latchkey/captcha/recaptcha': 'recaptcha',
  'latchkey/captcha/turnstile': 'turnstile',
  'latchkey/stores/counters': 'mysqlCounters postgresCounters redisCounters sqliteCounters',
  'latchkey/stores/memory': 'memoryStore',
  'latchkey/stores/mysql': 'mysqlStore',
  'latchkey/stores/postgres': 'postgresStore',
  'latchkey/stores/redis': 'redisSessions',
  'latchkey/stores/sqlite': 'sqliteStore',
  'latchkey/testing': 'createMovableClock fakeCaptcha loginAs',
  'latchkey/testing/contracts':
    'counterStoreContract deviceStoreContract httpContract sessionStoreContract userStoreContract',
}

describe('the exports of the package', () => {
  it('are known to the walks below, each that answers requests', async () => {
    const ways = [...waysToUser.map(([name]) => name), ...behindGuards]
    const walked = [...Object.keys(endpoints), ...ways, 'latchkey rateLimit']
    const known = Object.entries(others).flatMap(([path, names]) => names.split(' ').map((name) => `${path} ${name}`))

    expect(await exportedFunctions()).toEqual([...walked, ...known].toSorted())
  })
})

const clientNames = Object.keys(clients) as ClientName[]
const walk = Object.entries(endpoints).flatMap(([name, endpoint]) =>
  outcomesOf(endpoint).flatMap((outcome) =>
    clientNames.map((client) => ({ name, what: outcome.what, client, step: [endpoint, outcome, client] as const })),
  ),
)

function statusFor({ status }: Outcome, client: ClientName): number {
  return typeof status === 'number' ? status : status[client]
}

describe('every endpoint', () => {
  it.each(walk)(
    '$name answers $client for $what as every answer has to be (rows 2, 25, 30, 35, 37, 38, 42 to 47, 52, 95)',
    async ({ step }) => {
      const answer = await readAnswer((await send(step)).response)

      expect(answer.status).toBe(statusFor(step[1], step[2]))
      expect(brokenRules(answer)).toEqual([])
    },
  )
})

describe('every endpoint, where the database is broken', () => {
  it.each(walk.filter(({ what }) => what.startsWith('a broken database')))(
    'clears no cookie: $name, $client (F3)',
    async ({ step }) => {
      expect((await send(step)).response.headers.getSetCookie()).toEqual([])
    },
  )
})

describe('every endpoint, asked for what it doesn’t do', () => {
  it.each(walk.filter(({ step: [, { request }] }) => request.method !== 'POST' || request.headers?.['sec-fetch-site']))(
    'changes nothing: $name, $what, $client (rows 37, 38, 39)',
    async ({ step }) => {
      const { before, after } = await send(step)

      expect(after).toEqual(before)
    },
  )
})

const guardWalk = allGuards.flatMap(([name, guard]) =>
  guardRefusals.flatMap((refusal) => clientNames.map((client) => ({ name, guard, client, ...refusal }))),
)

describe('every guard', () => {
  it.each(guardWalk)(
    '$name refuses $what, $client, as every answer has to be (rows 35, 37, 42 to 47, 95)',
    async ({ guard, what, status, client, options, init }) => {
      const { auth, store, cookieOf } = await createGuardWorld({ origin: home })
      const cookie = what === 'nobody' ? '' : await cookieOf('ann')
      store.failWith('sessions.findWithUser', what.includes('database') ? new UnavailableError() : null)
      const headers = { ...clients[client], cookie, ...(init?.headers as object) }

      const answer = await readAnswer(await guard({ auth, ...options })('/private/', { ...init, headers }))

      expect(answer.status).toBe(statusFor({ what, status, request: {} }, client))
      expect(brokenRules(answer)).toEqual([])
      expect(answer.headers.getSetCookie()).toEqual([])
    },
  )

  it.each(clientNames)('rateLimit refuses %s as every answer has to be (rows 35, 42 to 47, 78)', async (client) => {
    const auth = createAuth({ store: memoryStore(), origin: home, onEvent: () => {} })
    const limited = rateLimit(() => new Response(), { auth, limit: 1, key: () => 'all' })
    const request = (): Request => new Request(home, { headers: { ...clients[client] } })
    await limited(request())

    const answer = await readAnswer(await limited(request()))

    expect(answer.status).toBe(429)
    expect(brokenRules(answer)).toEqual([])
  })
})
